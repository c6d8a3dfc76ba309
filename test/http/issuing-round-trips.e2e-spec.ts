import type { Redis } from 'ioredis';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { until } from '../support/until.js';

const CREDENTIALS = { username: 'demo', password: 'demo-password' };

describe('[14] what issuing tokens asks Redis', () => {
  let redis: StandaloneRedis;
  let connection: Redis;
  let running: RunningApp;
  let client: Client;
  const sent: string[] = [];

  beforeAll(async () => {
    redis = await startStandalone();
    connection = await redis.connect();
    running = await startApp({
      options: {
        redis: { url: redis.url, deadline: '5s' },
        throttler: { throttlers: [{ limit: 30, ttl: '1h' }] },
      },
    });
    client = new Client(running.url);
    const monitor = await (await redis.connect()).monitor();
    monitor.on('monitor', (_time: string, [command = '', ...rest]: string[], source: string) => {
      // What scripts do, and what the app looks after by itself.
      const isAsked = source !== 'lua' && !['info', 'mget', 'ping'].includes(command.toLowerCase());
      if (isAsked) sent.push([command.toLowerCase(), ...rest].join(' '));
    });
  });
  afterAll(async () => {
    await running.close();
    await redis.stop();
  });

  let fences = 0;

  /** The commands of the app, in their order. */
  async function commandsDuring(work: () => Promise<unknown>): Promise<readonly string[]> {
    const fence = async (): Promise<number> => {
      const mark = `echo fence-${++fences}`;
      await connection.echo(`fence-${fences}`);
      await until('Redis told all', () => sent.includes(mark));
      return sent.indexOf(mark);
    };
    const from = await fence();
    await work();
    return sent.slice(from + 1, await fence()).map((command) => command.split(' ', 1)[0]!);
  }

  const login = (password = CREDENTIALS.password) => client.post('/auth/login', { ...CREDENTIALS, password });
  const refresh = (token: unknown) => client.post('/auth/refresh', { refresh_token: token });

  it('a login is three scripts: the limit, what it spends, and its session with what it gets back', async () => {
    await login();
    expect(await commandsDuring(login)).toEqual(['evalsha', 'evalsha', 'evalsha']);
  });

  it('a wrong password as well: the limit, what it spends, and that it is decided', async () => {
    const guess = () => login('wrong');
    await guess();
    expect(await commandsDuring(guess)).toEqual(['evalsha', 'evalsha', 'evalsha']);
  });

  it('many logins at once share the runs', async () => {
    const many = () => Promise.all(Array.from({ length: 4 }, () => login()));
    await many();
    expect((await commandsDuring(many)).length).toBeLessThan(4 * 3);
  });

  it('a refresh is two waits: what it needs of its session is read together with the limit', async () => {
    let token = (await login()).body['refresh_token'];
    const rotate = async () => (token = (await refresh(token)).body['refresh_token']);
    await rotate();
    // Read before the limit answers.
    expect(await commandsDuring(rotate)).toEqual(['getrange', 'evalsha', 'evalsha']);
    expect(token).toEqual(expect.any(String));
  });

  it('a flood of a client that is known to be refused reads nothing', async () => {
    const { refresh_token: token } = (await login()).body;
    const refused = async () => (await refresh(token)).status === 429;
    await until('the limit is used up', refused);
    const commands = await commandsDuring(async () => {
      for (let call = 0; call < 5; call++) expect(await refused()).toBe(true);
    });
    // Once a second the limit is asked again.
    expect(commands.length).toBeLessThan(5);
  });
});
