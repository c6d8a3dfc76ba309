import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { MemorySessionStore } from '../../libs/auth/src/sessions/memory-session.store.js';
import { RedisSessionStore } from '../../libs/auth/src/sessions/redis-session.store.js';
import type { SessionStore, StoredFacts } from '../../libs/auth/src/sessions/session.store.js';
import { ManualClock } from '../../libs/auth/src/testing/manual-clock.js';
import { MemorySessionState } from '../../libs/auth/src/subjects/memory-session-state.js';
import { MemoryTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/memory-token-blacklist.store.js';
import { RedisTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import { createSessionId } from '../../libs/auth/src/subjects/subject-keys.js';
import type { TokenBlacklistStore } from '../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { startStandalone } from '../support/redis/index.js';
import { blacklistSettings } from '../support/sessions/session-media.js';
import { until } from '../support/until.js';

const LOGINS = 60_000;
/** Each is several round trips, and a leak shows in a quarter of them. */
const LOGINS_ON_REDIS = LOGINS / 4;
const AT_ONCE = 1_000;
const LIVE = 50;
const HOUR_MS = 3_600_000;
/** Longer than a busy machine needs for those at once. */
const SHORT_MS = 10_000;
const PARTITIONS = 64;

interface Stores {
  readonly sessions: SessionStore;
  readonly blacklist: TokenBlacklistStore;
}

async function login({ sessions }: Stores, subject: string, lifetimeMs: number) {
  const id = createSessionId(subject);
  const facts = { subject, clientId: 'web', roles: [], authenticatedAt: 1, device: {}, salt: 'c2FsdA' };
  const lifetimes = { idleTtlMs: lifetimeMs, absoluteTtlMs: lifetimeMs };
  await sessions.open(id, facts, { ...lifetimes, maxSessions: 0, whenFull: 'reject' });
  return { id, facts, lifetimes };
}

/** One user who logs in, refreshes, and logs out in one of four ways. */
async function live(stores: Stores, serial: number, lifetimeMs: number): Promise<void> {
  const subject = `user-${serial}`;
  const session = await login(stores, subject, lifetimeMs);
  const { verdict } = await stores.sessions.rotate(session, 0, { ...session.lifetimes, reuseWindowMs: 0 });
  if (verdict !== 'rotated') throw new Error(`a refresh was ${verdict}`);
  if (serial % 4 === 0) await stores.blacklist.revokeToken(subject, `token-${serial}`, 1_000);
  if (serial % 4 === 1) await stores.blacklist.revokeSubject(subject);
  else if (serial % 4 === 2)
    await stores.sessions.rotate(session, 0, { ...session.lifetimes, reuseWindowMs: 0 });
  else await stores.blacklist.revokeSession(session.id);
}

/** How many keys there are of each kind. */
function kindsOf(keys: readonly string[]): Readonly<Record<string, number>> {
  const kinds = new Map<string, number>();
  for (const key of keys) {
    const kind = /^gh:\{.6\}:([a-z]+)/.exec(key)?.[1] ?? key;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return Object.fromEntries(kinds);
}

async function livesOfMany(stores: Stores, count: number, lifetimeMs: number): Promise<void> {
  for (let done = 0; done < count; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => live(stores, done + place, lifetimeMs)));
  }
}

describe('[obligation 63] after tens of thousands of logins, refreshes and logouts, and some time', () => {
  it('Redis holds live sessions and three values per partition, nothing else', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect({ enableAutoPipelining: true });
      const guarded = new GuardedRedis(connection, { keySpace: new KeySpace('gh'), deadlineMs: 20_000 });
      const lifetimes = {
        accessTokenLifetimeMs: 2_000,
        clockToleranceMs: 0,
        sessionLifetimeMs: SHORT_MS,
        longestLoginMs: 2_000,
        marksKeptUntil: 0,
      };
      const settings = blacklistSettings({ maxStaleness: 1_000 }, lifetimes);
      const stores = {
        sessions: new RedisSessionStore(guarded, settings),
        blacklist: new RedisTokenBlacklistStore(guarded, settings),
      };
      await livesOfMany(stores, LOGINS_ON_REDIS, SHORT_MS);
      await stores.blacklist.revokeClient('web');
      // Those numbers stay: that one is gone means that the server has lost data.
      await until(
        'all but the numbers of decisions has expired',
        async () => (await connection.dbsize()) <= PARTITIONS,
        60_000,
      );
      expect(kindsOf(await connection.keys('*'))).toEqual({ revision: PARTITIONS });

      await Promise.all(Array.from({ length: LIVE }, (_, place) => login(stores, `live-${place}`, HOUR_MS)));
      const keys = await connection.keys('*');
      const kinds = kindsOf(keys);
      const { all: epochs = 0 } = kinds;
      expect(epochs).toBeLessThanOrEqual(PARTITIONS);
      expect(kinds).toEqual({
        session: LIVE,
        sessions: LIVE,
        all: epochs,
        handed: epochs,
        revision: PARTITIONS,
      });
      const ttls = await Promise.all(
        keys.filter((key) => !key.endsWith(':revision')).map((key) => connection.pttl(key)),
      );
      expect(Math.min(...ttls)).toBeGreaterThan(0);
    } finally {
      await redis.stop();
    }
  }, 240_000);

  it('memory is back to its base', async () => {
    const clock = new ManualClock();
    const state = new MemorySessionState<StoredFacts>(clock, blacklistSettings());
    const stores = {
      sessions: new MemorySessionStore(state),
      blacklist: new MemoryTokenBlacklistStore(state),
    };
    const base = state.size;
    await livesOfMany(stores, LOGINS, HOUR_MS);
    expect(state.size).toBeGreaterThan(LOGINS / 2);
    clock.advance(HOUR_MS);
    state.sweep();
    expect(state.size).toBe(base);
  }, 120_000);

  it('memory that is full refuses revocations rather than forget one, and recovers', async () => {
    const clock = new ManualClock();
    const settings = blacklistSettings({ maxRevocationsInMemory: 10 });
    const state = new MemorySessionState<StoredFacts>(clock, settings);
    const blacklist = new MemoryTokenBlacklistStore(state);
    for (let count = 0; count < 10; count++) await blacklist.revokeSession(createSessionId('ada'));
    await expect(blacklist.revokeSession(createSessionId('ada'))).rejects.toMatchObject({
      code: 'store_unavailable',
    });
    clock.advance(settings.accessTokenLifetimeMs);
    await blacklist.revokeSession(createSessionId('ada'));
  });

  it('memory that is full of sessions drops the one opened first and tells so', async () => {
    const clock = new ManualClock();
    const told: string[] = [];
    const state = new MemorySessionState<StoredFacts>(clock, blacklistSettings(), {
      maxSessions: 3,
      onEvict: (sessionId) => told.push(sessionId),
    });
    const stores = {
      sessions: new MemorySessionStore(state),
      blacklist: new MemoryTokenBlacklistStore(state),
    };
    const opened = [];
    for (let count = 0; count < 5; count++) opened.push(await login(stores, 'ada', HOUR_MS));
    expect(told).toEqual(opened.slice(0, 2).map(({ id }) => id));
    expect((await stores.sessions.list('ada', { limit: 1_000 })).map(({ id }) => id).sort()).toEqual(
      opened
        .slice(2)
        .map(({ id }) => id)
        .sort(),
    );
  });
});
