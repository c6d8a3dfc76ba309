import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';

describe('what a logout asks Redis', () => {
  let redis: StandaloneRedis;
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    redis = await startStandalone();
    running = await startApp({
      options: {
        throttler: false,
        redis: { url: redis.url, deadline: '5s' },
        authentication: { refreshCookie: true },
      },
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running.close();
    await redis.stop();
  });

  async function cookieOfLogin(): Promise<string> {
    const answer = await client.post('/auth/login', { username: 'demo', password: 'demo-password' });
    return answer.headers.get('set-cookie')!.split(';', 1)[0]!;
  }

  /** How often records of sessions were read. */
  async function readingsDuring(work: () => Promise<unknown>): Promise<number> {
    const [node] = redis.nodes;
    await node!.command('config', 'resetstat');
    await work();
    const stats = String(await node!.command('info', 'commandstats'));
    return Number(/^cmdstat_getrange:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
  }

  it.each([1, 3])('each of %i refresh tokens is looked up once', async (count) => {
    const cookies: string[] = [];
    for (let at = 0; at < count; at++) cookies.push(await cookieOfLogin());
    const logout = (): Promise<unknown> =>
      client.send('POST', '/auth/logout', { headers: { cookie: cookies.join('; ') } });
    // The other reading of each is in the script that ends it.
    expect(await readingsDuring(logout)).toBe(2 * count);
    for (const cookie of cookies) {
      const { status, body } = await client.send('POST', '/auth/refresh', { headers: { cookie } });
      expect([status, body['error'] ?? body['code']]).toEqual([400, 'invalid_grant']);
    }
  });
});
