import { type INestApplication, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { until } from '../../support/until.js';
import type { PageCode } from './page-code.js';

/** Runs the `main.ts` of some pages as their reader does, on a free port. */
export async function runMain(code: PageCode): Promise<{ app: INestApplication; url: string }> {
  Logger.overrideLogger(false);
  const create = jest.spyOn(NestFactory, 'create');
  process.env['PORT'] = '0';
  code.load('main.ts');
  const app = (await create.mock.results[0]?.value) as INestApplication;
  create.mockRestore();
  await until('the app listens', async () => (await app.getUrl()).startsWith('http'));
  return { app, url: (await app.getUrl()).replace('[::1]', 'localhost') };
}
