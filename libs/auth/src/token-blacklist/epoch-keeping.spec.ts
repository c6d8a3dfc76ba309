import type { Redis } from 'ioredis';
import { type StandaloneRedis, startStandalone } from '../../../../test/support/redis/index.js';
import { blacklistSettings, freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { RedisRefreshSessionStore } from '../refresh-sessions/redis-refresh-session.store.js';
import type { StoredFacts } from '../refresh-sessions/refresh-session.store.js';
import { ManualClock } from '../testing/manual-clock.js';
import { MemoryEpochs } from './memory-epochs.js';
import { RedisTokenBlacklistStore } from './redis-token-blacklist.store.js';
import { createSessionId } from './subject/session-id.js';
import { SubjectKeys } from './subject/subject-keys.js';

const DAY_MS = 86_400_000;
const TOKEN_MS = 905_000;
const facts: StoredFacts = {
  subject: 'ada',
  clientId: 'web',
  roles: [],
  authenticatedAt: 1,
  device: {},
  salt: 'c2FsdA',
};
const terms = {
  idleTtlMs: DAY_MS,
  absoluteTtlMs: 20 * DAY_MS,
  reuseWindowMs: 0,
  maxSessions: 0,
  whenFull: 'reject',
} as const;

describe('epochs on Redis outlive what is issued under them', () => {
  let redis: StandaloneRedis;
  let connection: Redis;

  beforeAll(async () => {
    redis = await startStandalone();
    connection = await redis.connect();
  });

  afterAll(() => redis.stop());

  function assemble() {
    const guarded = new GuardedRedis(connection, { keySpace: freshKeySpace(), deadlineMs: 10_000 });
    const keys = SubjectKeys.ofSubject(guarded.keySpace, 'ada');
    const names = { subject: keys.subjectEpoch, client: keys.clientEpoch('web'), all: keys.globalEpoch };
    return {
      sessions: new RedisRefreshSessionStore(guarded, blacklistSettings()),
      blacklist: new RedisTokenBlacklistStore(guarded, blacklistSettings()),
      /** What is left of each counter, rounded up to a minute; a counter that isn't there has no life. */
      async lives() {
        const entries = Object.entries(names).map(async ([name, key]) => {
          const left = await connection.pttl(key);
          return [name, left < 0 ? 0 : Math.ceil(left / 60_000) * 60_000];
        });
        return Object.fromEntries(await Promise.all(entries)) as Record<keyof typeof names, number>;
      },
      async age() {
        await Promise.all(Object.values(names).map((key) => connection.pexpire(key, 60_000)));
      },
    };
  }

  const toMinute = (ms: number): number => Math.ceil(ms / 60_000) * 60_000;
  const token = toMinute(TOKEN_MS);

  it('a revocation keeps its counter as long as anything it refuses could live', async () => {
    const { blacklist, lives } = assemble();
    await blacklist.revokeSubject('ada');
    await blacklist.revokeClient('web');
    await blacklist.revokeAll();
    const session = toMinute(30 * DAY_MS + TOKEN_MS);
    expect(await lives()).toEqual({ subject: token, client: session, all: session });
    await blacklist.revokeSubject('ada');
    expect(await lives()).toMatchObject({ subject: token });
  });

  it('a token keeps all three, a session also those that refuse sessions', async () => {
    const { blacklist, sessions, lives, age } = assemble();
    await blacklist.revokeSubject('ada');
    await blacklist.revokeClient('web');
    await age();
    await blacklist.currentEpoch('ada', 'web');
    expect(await lives()).toEqual({ subject: token, client: token, all: token });

    await age();
    const session = { id: createSessionId('ada'), facts };
    await sessions.open(session.id, facts, terms);
    const absolute = toMinute(20 * DAY_MS + TOKEN_MS);
    expect(await lives()).toEqual({ subject: token, client: absolute, all: absolute });

    await age();
    await sessions.rotate(session, 0, terms);
    expect(await lives()).toEqual({ subject: token, client: token, all: token });
  });

  it('keeps nothing for a subject and a client that were never revoked', async () => {
    const { sessions, lives } = assemble();
    await sessions.open(createSessionId('ada'), facts, terms);
    expect(await lives()).toMatchObject({ subject: 0, client: 0 });
  });
});

describe('epochs in memory outlive what is issued under them', () => {
  it('keeps a counter that is used and forgets one that is not', () => {
    const clock = new ManualClock();
    const epochs = new MemoryEpochs({ clock, maxEntries: 10, whenFull: 'refuse' });
    const base = epochs.current('ada', 'web');
    epochs.advanceSubject('ada', 1_000);
    epochs.advanceClient('web', 5_000);
    clock.advance(900);
    epochs.keepForToken('ada', 'web', 1_000);
    clock.advance(900);
    expect(epochs.current('ada', 'web')).toBe(base + 2);
    clock.advance(100);
    expect(epochs.current('ada', 'web')).toBe(base + 1);
    epochs.keepForSession('web', 10_000);
    clock.advance(9_000);
    expect(epochs.current('ada', 'web')).toBe(base + 1);
    clock.advance(1_000);
    epochs.sweep();
    expect(epochs.size).toBe(0);
    expect(epochs.current('ada', 'web')).toBe(base);
  });

  it('refuses what an earlier process issued', () => {
    const clock = new ManualClock();
    const options = { clock, maxEntries: 10, whenFull: 'refuse' } as const;
    const before = new MemoryEpochs(options).current('ada', 'web');
    clock.advance(1);
    expect(new MemoryEpochs(options).current('ada', 'web')).toBeGreaterThan(before);
  });
});
