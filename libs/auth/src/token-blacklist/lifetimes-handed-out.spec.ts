import type { Cluster, Redis } from 'ioredis';
import { startCluster, startStandalone } from '../../../../test/support/redis/index.js';
import { atEndOf } from '../../../../test/support/redis/redis-fixture.js';
import { blacklistSettings, freshKeySpace } from '../../../../test/support/sessions/session-media.js';
import { passTime } from '../../../../test/support/sessions/passing-time.js';
import type { KeySpace } from '../redis/key-space.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { RedisSessionStore } from '../sessions/redis-session.store.js';
import { login, type SessionHarness } from '../sessions/contract/session.contract-harness.js';
import { ManualClock } from '../testing/manual-clock.js';
import { SubjectKeys } from '../subjects/subject-keys.js';
import { RedisTokenBlacklistStore } from './redis-token-blacklist.store.js';
import { readFeedScript } from './replica/read-feed.lua.js';
import { RecentRevocations } from './replica/recent-revocations.js';
import { RevocationFeed } from './replica/revocation-feed.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const LONG_MS = DAY_MS;
const SHORT_MS = MINUTE_MS;
const TERMS = { idleTtlMs: 60 * DAY_MS, absoluteTtlMs: 60 * DAY_MS };
const media = [
  { name: 'stand-alone Redis', start: () => startStandalone() },
  { name: 'a Cluster of three masters', start: () => startCluster({ masters: 3 }) },
];

/** Services that keep local copies, with tokens of different lifetimes, on the same data. */
function services(connection: Redis | Cluster, keySpace: KeySpace = freshKeySpace()) {
  const clock = new ManualClock(Date.now());
  const redis = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000, scriptClock: clock });
  const settingsOf = (accessTokenLifetimeMs: number) =>
    blacklistSettings({ maxStaleness: '10s' }, { accessTokenLifetimeMs });
  return {
    keys: SubjectKeys.ofSubject(keySpace, 'ada'),
    clock,
    under(accessTokenLifetimeMs: number): SessionHarness {
      const settings = settingsOf(accessTokenLifetimeMs);
      const blacklist = new RedisTokenBlacklistStore(redis, settings);
      atEndOf(connection, () => blacklist.journal.close());
      return {
        sessions: new RedisSessionStore(redis, settings),
        blacklist,
        advance: (ms) => clock.advance(ms),
      };
    },
    /** Longest lifetime of a token that may be alive, in the partition of `ada`. */
    async longestLifetimeMs(): Promise<number> {
      const keys = SubjectKeys.ofSubject(keySpace, 'ada');
      const named = [keys.feed, keys.globalEpoch, keys.handedOut];
      return Number(((await redis.run(readFeedScript, named, ['0', 1])) as unknown[])[2]);
    },
    /** A copy that has just read everything. */
    async copyUnder(accessTokenLifetimeMs: number): Promise<RecentRevocations> {
      const recent = new RecentRevocations(clock, settingsOf(accessTokenLifetimeMs));
      const feed = new RevocationFeed(redis.unasked, recent, 10_000);
      await feed.follow();
      feed.close();
      expect(feed.ageMs).toBeLessThan(10_000);
      return recent;
    },
    async pass(ms: number): Promise<void> {
      clock.advance(ms);
      await passTime(connection, keySpace, ms);
    },
  };
}

describe.each(media)('[11-A] what is remembered of lifetimes handed out, on $name', ({ start }) => {
  let redis: Awaited<ReturnType<typeof start>>;
  let connection: Redis | Cluster;

  beforeAll(async () => {
    redis = await start();
    connection = await redis.connect();
  }, 120_000);

  afterAll(() => redis.stop());

  it('expires with the last token, whoever hands out shorter ones meanwhile', async () => {
    const { under, keys, pass } = services(connection);
    await login(under(LONG_MS), { subject: 'ada' }, TERMS);
    await login(under(SHORT_MS), { subject: 'ada' }, TERMS);
    expect(await connection.pttl(keys.handedOut)).toBeGreaterThan(LONG_MS - MINUTE_MS);
    expect(await connection.pttl(keys.handedOut)).toBeLessThanOrEqual(LONG_MS + MINUTE_MS);
    await pass(LONG_MS + MINUTE_MS);
    expect(await connection.exists(keys.handedOut)).toBe(0);
  });

  it('makes revocations last no longer than what they refuse, once long tokens have expired', async () => {
    const { under, keys, pass } = services(connection);
    await login(under(LONG_MS), { subject: 'ada' }, TERMS);
    await pass(LONG_MS - 2 * SHORT_MS);
    const mine = await login(under(SHORT_MS), { subject: 'ada' }, TERMS);
    await under(SHORT_MS).blacklist.revokeSession(mine.id);
    expect(await connection.pttl(keys.endMark(mine.id))).toBeLessThanOrEqual(3 * SHORT_MS);
    await pass(3 * SHORT_MS);
    expect(await connection.exists(keys.endMark(mine.id))).toBe(0);
  });

  it('keeps the feed, and every copy, for as long as tokens live that another service has handed out', async () => {
    const { under, copyUnder, clock, pass } = services(connection);
    const [long, short] = [under(LONG_MS), under(SHORT_MS)];
    const mine = await login(long, { subject: 'ada' }, TERMS);
    const other = await login(long, { subject: 'ada', clientId: 'other' }, TERMS);
    await short.blacklist.revokeSession(mine.id);
    await short.blacklist.revokeClient('other');
    const early = await copyUnder(SHORT_MS);
    for (const recent of [early, await copyUnder(LONG_MS)])
      expect(recent.verdictOn(mine.accessToken)).toBe('revoked');
    await pass(LONG_MS - SHORT_MS);
    // Trims the feed.
    for (let count = 0; count < 300; count++)
      await short.blacklist.revokeToken('ada', `another-${count}`, SHORT_MS);
    const late = await copyUnder(SHORT_MS);
    for (const recent of [early, late]) {
      recent.sweep();
      expect(recent.verdictOn(mine.accessToken)).toBe('revoked');
      expect(recent.verdictOn(other.accessToken)).toBe('suspect');
    }
    clock.advance(LONG_MS);
    expect(early.verdictOn(other.accessToken)).toBe('clear');
  });

  it('[11-F] is not what a credential says that lives for ever: its revocation keeps nothing else', async () => {
    const { under, keys, copyUnder, longestLifetimeMs, pass } = services(connection);
    const short = under(SHORT_MS);
    const mine = await login(short, { subject: 'ada' }, TERMS);
    const key = {
      ...mine.accessToken,
      tokenId: 'key',
      sessionId: undefined,
      epoch: undefined,
      scheme: 'Key',
    };
    await short.blacklist.revokeToken('ada', 'key', 8_640_000_000_000_000);
    expect(await longestLifetimeMs()).toBe(SHORT_MS);
    await short.blacklist.revokeSession(mine.id);
    expect(await connection.pttl(keys.endMark(mine.id))).toBeLessThanOrEqual(2 * SHORT_MS);
    await pass(DAY_MS);
    await short.blacklist.claimEpoch('ada', 'web');
    expect(await connection.exists(keys.feed)).toBe(0);
    expect((await copyUnder(SHORT_MS)).verdictOn(key)).toBe('suspect');
    expect(await short.blacklist.isRevoked(key)).toBe(true);
  });

  it('keeps record and index of a session for as long as its tokens may live, however it is refreshed', async () => {
    const { under, keys } = services(connection);
    const [long, short] = [under(LONG_MS), under(SHORT_MS)];
    const terms = { idleTtlMs: HOUR_MS, reuseWindowMs: SHORT_MS };
    const mine = await login(short, { subject: 'ada' }, { ...terms, absoluteTtlMs: HOUR_MS });
    const lives = (): Promise<number[]> =>
      Promise.all([keys.record(mine.id), keys.index].map((key) => connection.pttl(key)));
    expect((await short.sessions.rotate(mine, 0, terms)).verdict).toBe('rotated');
    expect(Math.max(...(await lives()))).toBeLessThanOrEqual(HOUR_MS + SHORT_MS);
    expect((await long.sessions.rotate(mine, 0, terms)).verdict).toBe('replayed');
    expect(Math.min(...(await lives()))).toBeGreaterThan(LONG_MS);
    const shorter = { ...terms, idleTtlMs: MINUTE_MS };
    expect((await short.sessions.rotate(mine, 1, shorter)).verdict).toBe('rotated');
    expect(Math.min(...(await lives()))).toBeGreaterThan(LONG_MS);
  });

  it('takes a token that ends with the last date there is', async () => {
    const { under, copyUnder } = services(connection);
    const short = under(SHORT_MS);
    const { accessToken } = await login(short, { subject: 'ada' }, TERMS);
    await short.blacklist.revokeToken('ada', accessToken.tokenId, 8_640_000_000_000_000);
    await short.blacklist.revokeToken('ada', 'another', SHORT_MS);
    expect(await short.blacklist.isRevoked(accessToken)).toBe(true);
    expect((await copyUnder(SHORT_MS)).verdictOn(accessToken)).toBe('revoked');
  });

  it('knows a long lifetime for as long as its tokens may live, and forgets it while shorter ones are handed out', async () => {
    const { under, longestLifetimeMs, pass } = services(connection);
    const claim = (lifeMs: number): Promise<number> => under(lifeMs).blacklist.claimEpoch('ada', 'web');
    const hours = async (count: number): Promise<ReadonlySet<number>> => {
      const known = new Set<number>();
      for (let hour = 0; hour < count; hour++) {
        await pass(HOUR_MS);
        await claim(SHORT_MS);
        known.add(await longestLifetimeMs());
      }
      return known;
    };
    await claim(SHORT_MS);
    expect(await longestLifetimeMs()).toBe(SHORT_MS);
    await claim(LONG_MS);
    expect(await hours(12)).toEqual(new Set([LONG_MS]));
    // One of another lifetime, in the middle of it.
    await claim(6 * HOUR_MS);
    await claim(LONG_MS);
    expect(await hours(23)).toEqual(new Set([LONG_MS]));
    await hours(2 * 24);
    expect(await longestLifetimeMs()).toBe(SHORT_MS);
  });

  it('reads what an earlier release wrote, which remembered none', async () => {
    const { under, keys, pass, copyUnder } = services(connection);
    const short = under(SHORT_MS);
    const mine = await login(short, { subject: 'ada' }, TERMS);
    const other = await login(short, { subject: 'ada', clientId: 'other' }, TERMS);
    // A feed, marks and a counter as they were written then.
    await connection.del(keys.handedOut);
    await connection.xadd(keys.feed, '*', 'session', 'x');
    await connection.set(keys.endMark('x'), '1', 'PX', SHORT_MS);
    await connection.set(keys.subjectEpoch, '0', 'PX', SHORT_MS);
    expect((await short.sessions.list('ada', { limit: 10 })).length).toBe(2);
    expect(await short.blacklist.isRevoked(mine.accessToken)).toBe(false);
    const rotation = { idleTtlMs: DAY_MS, reuseWindowMs: 0 };
    await short.sessions.revokeOthers(mine.id);
    expect((await short.sessions.rotate(mine, 0, rotation)).verdict).toBe('rotated');
    expect((await short.sessions.rotate(other, 0, rotation)).verdict).toBe('revoked');
    await connection.del(keys.handedOut);
    expect((await copyUnder(SHORT_MS)).verdictOn(other.accessToken)).toBe('revoked');
    // Its global counter was kept for every session already.
    await short.blacklist.revokeClient('web');
    await pass(59 * DAY_MS);
    expect((await short.sessions.rotate(mine, 1, rotation)).verdict).not.toBe('rotated');
  });
});
