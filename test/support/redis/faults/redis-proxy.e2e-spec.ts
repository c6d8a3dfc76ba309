import { once } from 'node:events';
import { Redis } from 'ioredis';
import { until } from '../../until.js';
import { ENDS_AT_ONCE } from '../redis-fixture.js';
import { type StandaloneRedis, startStandalone } from '../standalone.js';
import { CommandReader } from './command-reader.js';
import { RedisProxy } from './redis-proxy.js';

describe('the proxy in front of a server', () => {
  let redis: StandaloneRedis;
  let proxy: RedisProxy;
  const clients: Redis[] = [];

  beforeAll(async () => {
    redis = await startStandalone();
  });
  beforeEach(async () => {
    proxy = await RedisProxy.start(redis.nodes[0]!);
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect();
    await proxy.stop();
  });
  afterAll(() => redis.stop());

  /** A client that tries once to connect, and never again. */
  function newClient(): Redis {
    const made = new Redis(`redis://${proxy.address}`, {
      ...ENDS_AT_ONCE,
      lazyConnect: true,
      retryStrategy: () => null,
    });
    made.on('error', () => {});
    clients.push(made);
    return made;
  }

  async function ready(): Promise<Redis> {
    const made = newClient();
    await made.connect();
    return made;
  }

  /** Whether it is settled by the time another server has answered a few times. */
  async function hasAnswer(promise: Promise<unknown>): Promise<boolean> {
    let isSettled = false;
    void Promise.allSettled([promise]).then(() => (isSettled = true));
    for (let round = 0; round < 5; round++) await redis.nodes[0]!.command('ping');
    return isSettled;
  }

  it('passes, and counts what passes', async () => {
    const one = await ready();
    const before = proxy.passed();
    await Promise.all(Array.from({ length: 30 }, (_, index) => one.set(`key:${index}`, 'v'.repeat(10_000))));
    await one.get('key:1');
    expect(proxy.passed('SET')).toBe(30);
    expect(proxy.commands).toMatchObject({ set: 30, get: 1 });
    expect(proxy.passed()).toBe(before + 31);
  });

  it('silent: nobody is answered or told, newcomers are accepted; silent connections never come back', async () => {
    const old = await ready();
    await proxy.silence('accepted');
    const sets = proxy.passed('set');
    const newcomer = newClient();
    const opened = once(newcomer, 'connect');
    const answers = [old.set('a', 1), newcomer.connect()];
    for (const answer of answers) answer.catch(() => {});
    await opened;
    expect(await Promise.all(answers.map(hasAnswer))).toEqual([false, false]);
    expect(old.status).toBe('ready');
    await proxy.pass();
    expect(await (await ready()).ping()).toBe('PONG');
    expect(await Promise.all(answers.map(hasAnswer))).toEqual([false, false]);
    expect(proxy.passed('set')).toBe(sets);
    await proxy.reset();
    await expect(Promise.all(answers)).rejects.toThrow(/closed|reset/i);
  });

  it('silent: newcomers are refused by choice', async () => {
    const old = await ready();
    await proxy.silence('refused');
    await expect(newClient().connect()).rejects.toThrow(/closed|refused/i);
    expect(old.status).toBe('ready');
    await proxy.pass();
    expect(await (await ready()).ping()).toBe('PONG');
  });

  it('delays answers, and keeps their order', async () => {
    const one = await ready();
    const delayMs = 60;
    await proxy.delay(delayMs);
    const startedAt = performance.now();
    const order: string[] = [];
    const slow = one.ping('slow').then((text) => order.push(text));
    await until('the command has arrived', () => proxy.passed('ping') === 1);
    await proxy.pass();
    await Promise.all([slow, one.ping('soon').then((text) => order.push(text))]);
    expect(order).toEqual(['slow', 'soon']);
    // Timers count whole milliseconds.
    expect(performance.now() - startedAt).toBeGreaterThan(delayMs - 2);
  });

  it('resets connections, and newcomers until it passes', async () => {
    const old = await ready();
    await proxy.cut();
    await until('the client noticed', () => old.status === 'end');
    await expect(newClient().connect()).rejects.toThrow(/closed|reset/i);
    await proxy.pass();
    expect(await (await ready()).ping()).toBe('PONG');
  });

  it('reads commands however they are cut', () => {
    const bytes = Buffer.from('*2\r\n$3\r\nGET\r\n$4\r\n*1\r\n\r\n*1\r\n$4\r\nPING\r\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      const reader = new CommandReader();
      const names = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap((chunk) => reader.push(chunk));
      expect(names).toEqual(['get', 'ping']);
    }
  });
});
