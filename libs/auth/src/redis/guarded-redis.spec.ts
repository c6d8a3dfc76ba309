import { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../../../../test/support/redis/index.js';
import { GuardedRedis } from './guarded-redis.js';
import { KeySpace } from './key-space.js';
import { RedisScript } from './redis-script.js';
import { ManualClock } from '../testing/manual-clock.js';

const unavailable = { code: 'store_unavailable', options: { retryAfterSeconds: 1 } };

describe('GuardedRedis', () => {
  let server: StandaloneRedis;
  beforeAll(async () => {
    server = await startStandalone();
  });
  afterAll(() => server.stop());

  const guard = (connection: Redis, deadlineMs = 5000): GuardedRedis =>
    new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs });
  const script = new RedisScript('echo', `return {KEYS[1], ARGV[1], now_ms()}`);

  it('sends commands and scripts, also after SCRIPT FLUSH', async () => {
    const redis = guard(await server.connect());
    expect(await redis.call('set', redis.keySpace.key('a', 'b'), 'x')).toBe('OK');
    expect(await server.nodes[0]!.command('get', 'test:{a}:b')).toBe('x');
    const before = Date.now();
    expect(await redis.run(script, ['k'], ['v'])).toEqual(['k', 'v', expect.any(Number)]);
    await redis.call('script', 'flush');
    const [, , now] = (await redis.run(script, ['k'], ['v'])) as [string, string, number];
    expect(Math.abs(now - before)).toBeLessThan(60_000);
  });

  it('runs scripts under a clock of the test', async () => {
    const scriptClock = new ManualClock(1_000_000);
    const redis = new GuardedRedis(await server.connect(), {
      keySpace: new KeySpace('test'),
      deadlineMs: 5000,
      scriptClock,
    });
    expect(await redis.run(script, ['k'], [''])).toEqual(['k', '', 1_000_000]);
    scriptClock.advance(5);
    expect(await redis.run(script, ['k'], [''])).toEqual(['k', '', 1_000_005]);
  });

  it('[obligation 61] turns an error of Redis into store_unavailable and keeps its text private', async () => {
    const redis = guard(await server.connect());
    await redis.call('set', 'text', 'secret');
    await expect(redis.call('lpush', 'text', 'x')).rejects.toMatchObject(unavailable);
  });

  it('refuses at once while the connection is not ready', async () => {
    const lost = new Redis({
      lazyConnect: true,
      port: 1,
      retryStrategy: () => null,
      enableOfflineQueue: false,
    });
    lost.on('error', () => {});
    await lost.connect().catch(() => {});
    await expect(guard(lost).call('get', 'x')).rejects.toMatchObject(unavailable);
    lost.disconnect();
  });

  it('waits for a client that was only just made, and asks it once', async () => {
    const url = new URL(server.url);
    const fresh = new Redis({ host: url.hostname, port: Number(url.port) });
    const redis = guard(fresh);
    const listeners = fresh.listenerCount('ready');
    const answers = Array.from({ length: 20 }, () => redis.call('incr', 'fresh'));
    expect(fresh.listenerCount('ready')).toBe(listeners);
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    fresh.disconnect();
  });

  it.each([true, false])(
    'waits for a client that connects lazily, however many calls come at once (offline queue: %s)',
    async (enableOfflineQueue) => {
      const url = new URL(server.url);
      const lazy = new Redis({
        host: url.hostname,
        port: Number(url.port),
        lazyConnect: true,
        enableOfflineQueue,
      });
      const redis = guard(lazy);
      const answers = Array.from({ length: 3 }, () => redis.call('echo', 'here'));
      expect(await Promise.all(answers)).toEqual(['here', 'here', 'here']);
      lazy.disconnect();
    },
  );

  it('leaves no listener on a client of the host that was never ready', () => {
    const lazy = new Redis({ lazyConnect: true });
    const events = ['ready', 'close', 'end', '+node', '-node'];
    const count = () => events.map((event) => lazy.listenerCount(event));
    const before = count();
    const redis = guard(lazy);
    redis.losses.protect({ revisions: [], onLoss: async () => {} });
    expect(count()).not.toEqual(before);
    redis.close();
    expect(count()).toEqual(before);
    lazy.disconnect();
  });

  it('never sends what it refused while the client was being made', async () => {
    await server.nodes[0]!.hang();
    const url = new URL(server.url);
    const fresh = new Redis({ host: url.hostname, port: Number(url.port) });
    try {
      await expect(guard(fresh, 50).call('set', 'late', 'x')).rejects.toMatchObject(unavailable);
    } finally {
      await server.nodes[0]!.resume();
    }
    expect(await fresh.get('late')).toBeNull();
    fresh.disconnect();
  });

  it('does not wait for a server that hangs longer than the deadline', async () => {
    const redis = guard(await server.connect(), 50);
    await server.nodes[0]!.hang();
    try {
      await expect(redis.call('get', 'x')).rejects.toMatchObject(unavailable);
    } finally {
      await server.nodes[0]!.resume();
    }
  });
});
