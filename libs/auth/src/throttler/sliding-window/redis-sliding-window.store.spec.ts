import type { Redis } from 'ioredis';
import { type StandaloneRedis, startStandalone } from '../../../../../test/support/redis/standalone.js';
import { until } from '../../../../../test/support/until.js';
import { SystemClock } from '../../kernel/clock.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { randomId } from '../../kernel/opaque.js';
import { GuardedRedis } from '../../redis/guarded-redis.js';
import { KeySpace } from '../../redis/key-space.js';
import { KnownWindows } from '../outage/known-windows.js';
import { OutageWindows } from '../outage/outage-windows.js';
import { SharedWindowStore } from '../outage/shared-window.store.js';
import { CredentialThrottle } from '../credentials/credential-throttle.service.js';
import { resolveThrottlerSettings, type StoreFailurePolicy } from '../throttler.settings.js';
import { MemorySlidingWindowStore } from './memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from './redis-sliding-window.store.js';
import type { SlidingWindowStore, WindowHit, WindowPrecision } from './sliding-window.store.js';

const clock = new SystemClock();

describe('RedisSlidingWindowStore on the server’s clock', () => {
  let server: StandaloneRedis;
  let client: Redis;
  let store: RedisSlidingWindowStore;

  beforeAll(async () => {
    server = await startStandalone();
    client = await server.connect({ enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    const redis = new GuardedRedis(client, { keySpace: new KeySpace('test'), deadlineMs: 250 });
    store = new RedisSlidingWindowStore(redis);
  }, 120_000);

  afterAll(() => server.stop());

  const hitOf = (more: Partial<WindowHit> = {}): WindowHit => ({
    name: 'limit',
    key: randomId(),
    limit: 3,
    windowMs: 60_000,
    blockMs: 0,
    cost: 1,
    ...more,
  });
  const outcomeOf = async (windows: SlidingWindowStore, hit: WindowHit): Promise<string | undefined> =>
    (await windows.hit([hit]))[0]?.outcome;
  const covered = (policy: StoreFailurePolicy): SharedWindowStore => {
    const known = new KnownWindows(clock);
    const inProcess = new OutageWindows(new MemorySlidingWindowStore(clock), known);
    return new SharedWindowStore(store, { policy, known, inProcess, serves: 'requests' });
  };
  const commandsOf = async (run: () => Promise<unknown>): Promise<number> => {
    await client.call('config', 'resetstat');
    await run();
    const stats = await client.info('commandstats');
    const calls = [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].map(([, count]) => Number(count));
    return calls.reduce((sum, count) => sum + count, 0);
  };

  it.each<WindowPrecision>(['exact', 'bounded'])(
    '(e) %s: nothing is left after the window, or its block',
    async (precision) => {
      await client.flushall();
      const hit = hitOf({ precision, windowMs: 60_000 });
      await store.hit([hit]);
      await store.hit([{ ...hit, name: 'other', blockMs: 60_000, limit: 0 }]);
      const leftMs = await Promise.all((await client.keys('*')).map((key) => client.pttl(key)));
      expect(leftMs).toHaveLength(2);
      // Of 12 counters, 11 make a window.
      for (const ms of leftMs) expect(ms > 0 && ms <= (60_000 * 12) / 11 + 1).toBe(true);
    },
  );

  it('keys hold neither addresses nor names of users, and those of one client share a slot', async () => {
    await client.flushall();
    const key = 'user:ann@example.com';
    await store.hit([hitOf({ key, name: 'one' }), hitOf({ key, name: 'two' })]);
    const keys = await client.keys('*');
    expect(keys).toHaveLength(2);
    expect(keys.join()).not.toContain('ann');
    expect(new Set(keys.map((name) => /\{(.+)\}/.exec(name)?.[1])).size).toBe(1);
  });

  it('several throttlers of a client are one command', async () => {
    const key = randomId();
    const hits = ['one', 'two', 'three'].map((name) => hitOf({ key, name }));
    await store.hit(hits);
    expect(await commandsOf(() => store.hit(hits))).toBe(1);
  });

  it('concurrent clients share a command, and each has its own answer', async () => {
    const hits = Array.from({ length: 100 }, (_, place) => hitOf({ limit: place % 2 }));
    await store.hit([hitOf()]);
    let outcomes: (string | undefined)[] = [];
    const commands = await commandsOf(async () => {
      outcomes = await Promise.all(hits.map((hit) => outcomeOf(store, hit)));
    });
    expect(outcomes).toEqual(hits.map(({ limit }) => (limit === 1 ? 'admitted' : 'refused')));
    expect(commands).toBe(1);
  });

  it('more windows than one question takes are refused, not misread', async () => {
    const key = randomId();
    const hits = Array.from({ length: 128 }, (_, place) => hitOf({ key, name: `n${place}` }));
    await expect(store.hit(hits)).rejects.toThrow(RangeError);
    expect((await store.hit(hits.slice(1))).every(({ outcome }) => outcome === 'admitted')).toBe(true);
  });

  it('concurrent groups of several windows each spend all or nothing', async () => {
    const key = randomId();
    const hits = [hitOf({ key, name: 'wide', limit: 50 }), hitOf({ key, name: 'narrow', limit: 7 })];
    const verdicts = await Promise.all(Array.from({ length: 100 }, () => store.hit(hits)));
    expect(
      verdicts.filter(([wide, narrow]) => wide?.outcome === 'admitted' && narrow?.outcome === 'admitted'),
    ).toHaveLength(7);
    expect((await store.peek(hits[0]!, 60_000)).used).toBe(7);
  });

  it('a flood of one refused client reaches Redis once', async () => {
    const hit = hitOf({ limit: 1 });
    const cached = covered('closed');
    await cached.hit([hit]);
    const commands = await commandsOf(async () => {
      for (let call = 0; call < 1000; call++) expect(await outcomeOf(cached, hit)).toBe('refused');
    });
    expect(commands).toBe(1);
  });

  it('what is given back in this process is noticed at once, deny cache or not', async () => {
    const hit = hitOf({ limit: 1 });
    const cached = covered('closed');
    await cached.hit([hit]);
    expect(await outcomeOf(cached, hit)).toBe('refused');
    await cached.reward(hit, 1);
    expect(await outcomeOf(cached, hit)).toBe('admitted');
  });

  it('a login is two runs: its units and the generation; what it gives back and its address', async () => {
    const throttle = new CredentialThrottle(resolveThrottlerSettings({}, new ConfigurationFindings()), store);
    const login = async (ip: string) => (await throttle.begin('ann', ip)).succeeded();
    const fail = async (ip: string) => (await throttle.begin('ann', ip)).failed();
    // The server learns the scripts.
    for (const attempt of [login, fail]) await attempt('192.0.2.1');
    expect(await commandsOf(() => login('192.0.2.2'))).toBe(2);
    expect(await commandsOf(() => fail('192.0.2.3'))).toBe(2);
  });

  it('windows that are given back together each get their own units, of either precision', async () => {
    const key = randomId();
    const hits = (['exact', 'bounded'] as const).map((precision) => hitOf({ key, precision, cost: 3 }));
    const missing = hitOf({ precision: 'bounded' });
    await store.hit(hits);
    const commands = await commandsOf(() =>
      Promise.all([missing, ...hits].map((hit, units) => store.reward(hit, units))),
    );
    const left = await Promise.all(hits.map((hit) => store.peek(hit, 60_000)));
    expect([commands, ...left.map(({ used }) => used)]).toEqual([1, 2, 1]);
  });

  it('1,000 simultaneous hits: exactly the limit is admitted', async () => {
    const hit = hitOf({ limit: 100 });
    const verdicts = await Promise.all(Array.from({ length: 1000 }, () => store.hit([hit])));
    expect(verdicts.filter(([verdict]) => verdict?.outcome === 'admitted')).toHaveLength(100);
  });

  describe('(g) decides whatever happens to Redis', () => {
    afterEach(async () => {
      await client.call('replicaof', 'no', 'one').catch(() => {});
      await server.restart().catch(() => {});
      await until('Redis answers', async () => (await client.ping()) === 'PONG');
    });

    it('FLUSHALL and SCRIPT FLUSH', async () => {
      const hit = hitOf({ limit: 1 });
      await store.hit([hit]);
      await client.script('FLUSH');
      expect(await outcomeOf(store, hit)).toBe('refused');
      await client.flushall();
      expect(await outcomeOf(store, hit)).toBe('admitted');
    });

    it('READONLY: counts in process', async () => {
      await client.call('replicaof', '127.0.0.1', '1');
      const windows = covered('memory');
      const hit = hitOf({ limit: 2 });
      const outcomes = [];
      for (let call = 0; call < 3; call++) outcomes.push(await outcomeOf(windows, hit));
      expect(outcomes).toEqual(['admitted', 'admitted', 'refused']);
    });

    it.each<[StoreFailurePolicy, string[]]>([
      ['memory', ['admitted', 'refused']],
      ['open', ['admitted', 'admitted']],
      ['closed', ['store_unavailable', 'store_unavailable']],
    ])('a killed server, policy %s', async (policy, expected) => {
      await server.kill();
      const windows = covered(policy);
      const hit = hitOf({ limit: 1 });
      const answers: unknown[] = [];
      for (let call = 0; call < 2; call++)
        answers.push(await outcomeOf(windows, hit).catch((error: { code?: string }) => error.code));
      expect(answers).toEqual(expected);
    });

    it('a server that hangs: decides while it still does', async () => {
      await server.hang();
      expect(await outcomeOf(covered('memory'), hitOf())).toBe('admitted');
      await server.resume();
    });
  });
});
