import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { codeBlocks } from './blocks/code-block.js';
import { type CurlLine, curlLines, Shell } from './blocks/curl-lines.js';
import { PageCode } from './blocks/page-code.js';

jest.mock('supertest', () => jest.requireActual('./first-hour/supertest'), { virtual: true });

const steps = ['first-login', 'roles', 'tests', 'swagger', 'two-instances'].map(
  (name) => `docs/start/${name}.md`,
);
const [firstLogin = '', roles = '', , swagger = '', twoInstances = ''] = steps;

describe('the first hour', () => {
  const home = process.cwd();
  const environment = { ...process.env };
  // What an app makes by itself, a secret and keys, is made in the folder the process is in.
  const away = mkdtempSync(join(tmpdir(), 'gatehouse-page-'));
  const upToSwagger = PageCode.of(steps.slice(0, 4));
  const atTheEnd = [PageCode.of(steps), PageCode.of(steps)];
  const apps: INestApplication[] = [];
  let redis: StandaloneRedis;

  beforeAll(async () => {
    process.chdir(away);
    redis = await startStandalone();
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    process.chdir(home);
    process.env = environment;
    for (const code of [upToSwagger, ...atTheEnd]) code.remove();
    rmSync(away, { recursive: true });
    await redis.stop();
  });

  /** Runs `main.ts`, as its reader does. */
  async function run(code: PageCode): Promise<string> {
    const create = jest.spyOn(NestFactory, 'create');
    process.env['PORT'] = '0';
    code.load('main.ts');
    const app = (await create.mock.results[0]?.value) as INestApplication;
    create.mockRestore();
    app.useLogger(false);
    apps.push(app);
    await until('the app listens', async () => (await app.getUrl()).startsWith('http'));
    return (await app.getUrl()).replace('[::1]', 'localhost');
  }

  const complaintsOf = async (shell: Shell, lines: readonly CurlLine[]): Promise<(string | undefined)[]> => {
    const complaints = [];
    for (const line of lines) complaints.push(await shell.complaint(line));
    return complaints.filter((each) => each !== undefined);
  };

  describe('in its tests', () => {
    // It registers its own tests, here.
    upToSwagger.load('app.spec.ts');
  });

  it('answers the lines of its pages as they say', async () => {
    const shell = new Shell({ 'localhost:3000': await run(upToSwagger) });
    expect(await complaintsOf(shell, curlLines(firstLogin))).toEqual([]);
    const [login] = codeBlocks(firstLogin, 'sh')
      .flatMap(({ text }) => text.split('\n'))
      .filter((line) => line.includes('/auth/login'));
    const asBob = { command: (login ?? '').replace('ada@', 'bob@'), status: 200 };
    expect(await complaintsOf(shell, [asBob, ...curlLines(roles), ...curlLines(swagger)])).toEqual([]);
    shell.close();
  });

  it('lets two instances act as one', async () => {
    process.env['REDIS_URL'] = redis.url;
    process.env['AUTH_SECRET'] = 'a lasting secret of the tests that is long enough';
    const [first = '', second = ''] = [await run(atTheEnd[0]!), await run(atTheEnd[1]!)];
    const shell = new Shell({ 'localhost:3000': first, 'localhost:3001': second });
    const lines = curlLines(twoInstances);
    expect(lines).toHaveLength(4);
    expect(await complaintsOf(shell, lines)).toEqual([]);
    shell.close();
  });
});
