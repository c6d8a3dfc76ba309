import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { MemoryRefreshSessionStore } from '../../libs/auth/src/refresh-sessions/memory-refresh-session.store.js';
import { RedisRefreshSessionStore } from '../../libs/auth/src/refresh-sessions/redis-refresh-session.store.js';
import type {
  RefreshSessionStore,
  StoredFacts,
} from '../../libs/auth/src/refresh-sessions/refresh-session.store.js';
import { ManualClock } from '../../libs/auth/src/testing/manual-clock.js';
import { MemorySessionState } from '../../libs/auth/src/token-blacklist/memory-session-state.js';
import { MemoryTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/memory-token-blacklist.store.js';
import { RedisTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import { createSessionId } from '../../libs/auth/src/token-blacklist/subject/session-id.js';
import type { TokenBlacklistStore } from '../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { startStandalone } from '../support/redis/index.js';
import { blacklistSettings } from '../support/sessions/session-media.js';
import { until } from '../support/until.js';

const LOGINS = 100_000;
const AT_ONCE = 1_000;
const LIVE = 50;
const HOUR_MS = 3_600_000;

interface Stores {
  readonly sessions: RefreshSessionStore;
  readonly blacklist: TokenBlacklistStore;
}

async function login({ sessions }: Stores, subject: string, lifeMs: number) {
  const id = createSessionId(subject);
  const facts = { subject, clientId: 'web', roles: [], authenticatedAt: 1, device: {}, salt: 'c2FsdA' };
  const lives = { idleTtlMs: lifeMs, absoluteTtlMs: lifeMs };
  await sessions.open(id, facts, { ...lives, maxSessions: 0, whenFull: 'reject' });
  return { id, facts, lives };
}

/** One user who logs in, refreshes, and logs out in one of four ways. */
async function live(stores: Stores, serial: number, lifeMs: number): Promise<void> {
  const subject = `user-${serial}`;
  const session = await login(stores, subject, lifeMs);
  const { verdict } = await stores.sessions.rotate(session, 0, { ...session.lives, reuseWindowMs: 0 });
  if (verdict !== 'rotated') throw new Error(`a refresh was ${verdict}`);
  if (serial % 4 === 0) await stores.blacklist.revokeToken(subject, `token-${serial}`, 1_000);
  if (serial % 4 === 1) await stores.blacklist.revokeSubject(subject);
  else if (serial % 4 === 2) await stores.sessions.rotate(session, 0, { ...session.lives, reuseWindowMs: 0 });
  else await stores.blacklist.revokeSession(session.id);
}

async function livesOfMany(stores: Stores, lifeMs: number): Promise<void> {
  for (let done = 0; done < LOGINS; done += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, place) => live(stores, done + place, lifeMs)));
  }
}

describe('[obligation 63] after 100,000 logins, refreshes and logouts, and some time', () => {
  it('Redis holds live sessions and one counter per partition, nothing else', async () => {
    const redis = await startStandalone();
    try {
      const connection = await redis.connect({ enableAutoPipelining: true });
      const guarded = new GuardedRedis(connection, { keySpace: new KeySpace('gh'), deadlineMs: 20_000 });
      const lives = { accessTokenLifeMs: 2_000, clockToleranceMs: 0, sessionLifeMs: 3_000 };
      const settings = blacklistSettings({ maxStaleness: 1_000 }, lives);
      const stores = {
        sessions: new RedisRefreshSessionStore(guarded, settings),
        blacklist: new RedisTokenBlacklistStore(guarded, settings),
      };
      await livesOfMany(stores, 3_000);
      await stores.blacklist.revokeClient('web');
      await until('everything has expired', async () => (await connection.dbsize()) === 0, 30_000);

      await Promise.all(Array.from({ length: LIVE }, (_, place) => login(stores, `live-${place}`, HOUR_MS)));
      const keys = await connection.keys('*');
      const kinds = new Map<string, number>();
      for (const key of keys) {
        const kind = /^gh:\{.6\}:([a-z]+)/.exec(key)?.[1] ?? key;
        kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      }
      const counters = kinds.get('all') ?? 0;
      expect(counters).toBeLessThanOrEqual(64);
      expect(Object.fromEntries(kinds)).toEqual({ session: LIVE, sessions: LIVE, all: counters });
      const ttls = await Promise.all(keys.map((key) => connection.pttl(key)));
      expect(Math.min(...ttls)).toBeGreaterThan(0);
    } finally {
      await redis.stop();
    }
  }, 240_000);

  it('memory is back to its base', async () => {
    const clock = new ManualClock();
    const state = new MemorySessionState<StoredFacts>(clock, blacklistSettings());
    const stores = {
      sessions: new MemoryRefreshSessionStore(state),
      blacklist: new MemoryTokenBlacklistStore(state),
    };
    const base = state.size;
    await livesOfMany(stores, HOUR_MS);
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
    clock.advance(settings.accessTokenLifeMs);
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
      sessions: new MemoryRefreshSessionStore(state),
      blacklist: new MemoryTokenBlacklistStore(state),
    };
    const opened = [];
    for (let count = 0; count < 5; count++) opened.push(await login(stores, 'ada', HOUR_MS));
    expect(told).toEqual(opened.slice(0, 2).map(({ id }) => id));
    expect((await stores.sessions.list('ada')).map(({ id }) => id).sort()).toEqual(
      opened
        .slice(2)
        .map(({ id }) => id)
        .sort(),
    );
  });
});
