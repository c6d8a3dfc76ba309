import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { codeBlocks } from './blocks/code-block.js';
import { curlLines, Shell } from './blocks/curl-lines.js';
import { PageCode } from './blocks/page-code.js';
import { runMain } from './blocks/run-main.js';

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

  const run = async (code: PageCode): Promise<string> => {
    const { app, url } = await runMain(code);
    apps.push(app);
    return url;
  };

  describe('in its tests', () => {
    // It registers its own tests, here.
    upToSwagger.load('app.spec.ts');
  });

  it('answers the lines of its pages as they say', async () => {
    const shell = new Shell({ 'localhost:3000': await run(upToSwagger) });
    expect(await shell.complaints(curlLines(firstLogin))).toEqual([]);
    const [login] = codeBlocks(firstLogin, 'sh')
      .flatMap(({ text }) => text.split('\n'))
      .filter((line) => line.includes('/auth/login'));
    const asBob = { command: (login ?? '').replace('ada@', 'bob@'), status: 200 };
    expect(await shell.complaints([asBob, ...curlLines(roles), ...curlLines(swagger)])).toEqual([]);
    shell.close();
  });

  it('lets two instances act as one', async () => {
    process.env['REDIS_URL'] = redis.url;
    process.env['AUTH_SECRET'] = 'a lasting secret of the tests that is long enough';
    const [first, second] = [await run(atTheEnd[0]!), await run(atTheEnd[1]!)];
    const shell = new Shell({ 'localhost:3000': first, 'localhost:3001': second });
    const lines = curlLines(twoInstances);
    expect(lines).toHaveLength(4);
    expect(await shell.complaints(lines)).toEqual([]);
    shell.close();
  });
});
