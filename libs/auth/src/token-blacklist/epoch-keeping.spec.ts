import type { Redis } from 'ioredis';
import { type StandaloneRedis, startStandalone } from '../../../../test/support/redis/index.js';
import { atEndOf } from '../../../../test/support/redis/redis-fixture.js';
import { blacklistSettings, freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { RedisSessionStore } from '../sessions/redis-session.store.js';
import type { StoredFacts } from '../sessions/session.store.js';
import { ManualClock } from '../testing/manual-clock.js';
import { MemoryEpochs } from '../subjects/memory-epochs.js';
import { RedisTokenBlacklistStore } from './redis-token-blacklist.store.js';
import { createSessionId } from '../subjects/subject-keys.js';
import { SubjectKeys } from '../subjects/subject-keys.js';
import { raiseEpochScript } from './scripts/raise-epoch.lua.js';

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
    const blacklist = new RedisTokenBlacklistStore(guarded, blacklistSettings());
    atEndOf(connection, () => blacklist.journal.close());
    const keys = SubjectKeys.ofSubject(guarded.keySpace, 'ada');
    const names = { subject: keys.subjectEpoch, client: keys.clientEpoch('web'), all: keys.globalEpoch };
    return {
      redis: guarded,
      keys,
      revision: keys.revision,
      sessions: new RedisSessionStore(guarded, blacklistSettings()),
      blacklist,
      /** What is left of each counter, rounded up to a minute; a counter that isn't there has no lifetime. */
      async lifetimes() {
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

  it('the number of decisions stays for ever: that it is gone means a loss of data', async () => {
    const { blacklist, sessions, revision } = assemble();
    const id = createSessionId('ada');
    const decisions = [
      () => sessions.open(id, facts, terms),
      () => sessions.rotate({ id, facts }, 0, terms),
      () => sessions.revokeOthers(id),
      () => sessions.rotate({ id, facts }, 0, terms),
      () => blacklist.revokeToken('ada', 'token', TOKEN_MS),
      () => blacklist.revokeSession(id),
      () => blacklist.revokeSubject('ada'),
      () => blacklist.revokeClient('web'),
      () => blacklist.revokeEverything(),
    ];
    await connection.set(revision, 1);
    for (const decide of decisions) {
      await decide();
      expect(await connection.pttl(revision)).toBe(-1);
    }
    // One that an earlier version wrote would have expired.
    await connection.pexpire(revision, 60_000);
    await blacklist.revokeSubject('ada');
    expect(await connection.pttl(revision)).toBe(-1);
  });

  it('a revocation keeps its counter as long as anything it refuses could live', async () => {
    const { blacklist, lifetimes } = assemble();
    await blacklist.revokeSubject('ada');
    await blacklist.revokeClient('web');
    await blacklist.revokeEverything();
    const session = toMinute(30 * DAY_MS + TOKEN_MS);
    expect(await lifetimes()).toEqual({ subject: token, client: session, all: session });
    await blacklist.revokeSubject('ada');
    expect(await lifetimes()).toMatchObject({ subject: token });
  });

  it('a token keeps all three, a session also those that refuse sessions', async () => {
    const { blacklist, sessions, lifetimes, age } = assemble();
    await blacklist.revokeSubject('ada');
    await blacklist.revokeClient('web');
    await age();
    await blacklist.claimEpoch('ada', 'web');
    expect(await lifetimes()).toEqual({ subject: token, client: token, all: token });

    await age();
    const session = { id: createSessionId('ada'), facts };
    await sessions.open(session.id, facts, terms);
    const absolute = toMinute(20 * DAY_MS + TOKEN_MS);
    expect(await lifetimes()).toEqual({ subject: token, client: absolute, all: absolute });

    await age();
    await sessions.rotate(session, 0, terms);
    expect(await lifetimes()).toEqual({ subject: token, client: absolute, all: absolute });
  });

  it('[11-A] no revocation shortens the life of a counter, that after a loss of data neither', async () => {
    const { blacklist, lifetimes, redis: guarded, keys } = assemble();
    const year = 365 * DAY_MS;
    for (const key of [keys.subjectEpoch, keys.clientEpoch('web'), keys.globalEpoch])
      await connection.set(key, '1', 'PX', year);
    await blacklist.revokeSubject('ada');
    await blacklist.revokeClient('web');
    await blacklist.revokeEverything();
    const names = [keys.globalEpoch, keys.feed, keys.globalMark, keys.revision];
    await guarded.run(raiseEpochScript, [...names, keys.raisedFor, keys.handedOut], ['run', 1, 0, 1, 0]);
    expect(await lifetimes()).toEqual({ subject: year, client: year, all: year });
  });

  it('keeps nothing for a subject and a client that were never revoked', async () => {
    const { sessions, lifetimes } = assemble();
    await sessions.open(createSessionId('ada'), facts, terms);
    expect(await lifetimes()).toMatchObject({ subject: 0, client: 0 });
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
