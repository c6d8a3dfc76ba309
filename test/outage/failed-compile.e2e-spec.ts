import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { DynamicModule } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuthModule, TokenBlacklistService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { AUDIENCE, ISSUER, LASTING_SECRET, startApp } from '../support/app/start-app.js';
import { reap, unreap } from '../support/reaper.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { until } from '../support/until.js';

const NOBODY = 'redis://127.0.0.1:1';

describe('[10-20] while the host is being put together', () => {
  let server: StandaloneRedis;
  beforeAll(async () => {
    server = await startStandalone();
  });
  afterAll(() => server.stop());

  const connections = async (): Promise<number> =>
    String(await server.nodes[0]!.command('client', 'list')).match(/cmd=(?!client)/g)?.length ?? 0;
  const untilAlone = (): Promise<unknown> =>
    until('nobody is connected', async () => (await connections()) === 0);

  const shapes = ['auth', 'replica', 'roles', 'throttler', 'storage'] as const;

  /** Exit code and output of a host that fails. */
  async function endOf(shape: string, url: string, delayMs: number): Promise<readonly unknown[]> {
    const script = join(__dirname, 'failing-host.mjs');
    const child = spawn(process.execPath, [script, shape, url, String(delayMs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { pid } = child;
    if (pid !== undefined) reap(pid);
    const said = text(child.stdout);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (pid !== undefined) unreap(pid);
    return [shape, code, (await said).trim()];
  }

  it.each([
    { redis: 'there', delayMs: 0 },
    { redis: 'there', delayMs: 500 },
    { redis: 'not there', delayMs: 0 },
  ])(
    'a failure of it after $delayMs ms ends the process, whatever it has: Redis is $redis',
    async ({ redis, delayMs }) => {
      const url = redis === 'there' ? server.url : NOBODY;
      const ends = await Promise.all(shapes.map((shape) => endOf(shape, url, delayMs)));
      expect(ends).toEqual(shapes.map((shape) => [shape, 0, 'the host has no database']));
    },
  );

  class SlowHost {}

  const slow = (): DynamicModule => ({
    module: SlowHost,
    providers: [{ provide: SlowHost, useFactory: async () => (await untilAlone(), new SlowHost()) }],
  });

  it('a slow provider of it does no harm: the connection rests, and is there again when the app is', async () => {
    const running = await startApp({
      imports: [slow()],
      options: { redis: { url: server.url, deadline: '5s' }, keys: { algorithm: 'ES256' } },
    });
    expect(await connections()).toBeGreaterThan(1);
    const client = new Client(running.url);
    const { access_token: token } = await client.login();
    expect((await client.get('/auth/me', token)).status).toBe(200);
    await running.close();
    await untilAlone();
  });

  it('services can be used that were compiled and never initialised', async () => {
    const auth = AuthModule.forRoot({
      issuer: ISSUER,
      audience: AUDIENCE,
      secret: LASTING_SECRET,
      endpoints: { auth: false },
      redis: { url: server.url, deadline: '5s' },
    });
    const compiled = await Test.createTestingModule({ imports: [auth] }).compile();
    for (let round = 0; round < 2; round += 1) {
      await untilAlone();
      await compiled.get(TokenBlacklistService).revokeEverything();
    }
    await untilAlone();
  });
});
