import type { Cluster, Redis } from 'ioredis';
import { AuthEvents } from '../../libs/auth/src/kernel/auth-events.js';
import { SystemClock } from '../../libs/auth/src/kernel/clock.js';
import { Sweeper } from '../../libs/auth/src/memory/sweeper.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import type { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { RedisSessionStore } from '../../libs/auth/src/sessions/redis-session.store.js';
import { RedisTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import { ReplicatedTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/replica/replicated-token-blacklist.store.js';
import { createSessionId } from '../../libs/auth/src/subjects/subject-keys.js';
import { tokenBlacklistContract } from '../../libs/auth/src/token-blacklist/token-blacklist.contract.js';
import { TokenBlacklistService } from '../../libs/auth/src/token-blacklist/token-blacklist.service.js';
import type { RevocableToken } from '../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { startCluster, startStandalone } from '../support/redis/index.js';
import { blacklistSettings, freshKeySpace } from '../support/sessions/session-media.js';
import { until } from '../support/until.js';

const BOUND_MS = 1_000;
const settings = blacklistSettings({ maxStaleness: BOUND_MS });
const media = [
  { name: 'stand-alone Redis', start: () => startStandalone() },
  { name: 'a Cluster of three masters', start: () => startCluster({ masters: 3 }) },
];
const terms = { idleTtlMs: 60_000, absoluteTtlMs: 60_000, maxSessions: 0, whenFull: 'reject' } as const;

function guard(connection: Redis | Cluster, keySpace: KeySpace): GuardedRedis {
  return new GuardedRedis(connection, { keySpace, deadlineMs: 1_000 });
}

describe.each(media)('the local replica of revocations on $name', ({ start }) => {
  let redis: Awaited<ReturnType<typeof start>>;
  let keySpace: KeySpace;
  let here: ReplicatedTokenBlacklistStore;
  let elsewhere: RedisTokenBlacklistStore;
  let sessions: RedisSessionStore;
  const sweeper = new Sweeper();

  beforeAll(async () => {
    redis = await start();
  }, 120_000);

  beforeEach(async () => {
    keySpace = freshKeySpace();
    here = await replica();
    const guarded = guard(await redis.connect(), keySpace);
    elsewhere = new RedisTokenBlacklistStore(guarded, settings);
    sessions = new RedisSessionStore(guarded, settings);
  });

  afterEach(() => here.onApplicationShutdown());

  afterAll(async () => {
    sweeper.stop();
    await redis.stop();
  });

  async function replica(): Promise<ReplicatedTokenBlacklistStore> {
    const guarded = guard(await redis.connect(), keySpace);
    const store = ReplicatedTokenBlacklistStore.over(guarded, settings, new SystemClock(), sweeper);
    await store.onModuleInit();
    return store;
  }

  async function login(subject: string, clientId = 'web'): Promise<RevocableToken & { sessionId: string }> {
    const id = createSessionId(subject);
    const facts = { subject, clientId, roles: [], authenticatedAt: 1, device: {}, salt: 'c2FsdA' };
    const opened = await sessions.open(id, facts, terms);
    if (opened.verdict !== 'opened') throw new Error('full');
    return { tokenId: `of-${id}`, sessionId: id, subject, clientId, epoch: opened.epoch };
  }

  /** Refreshes with the first refresh token of a session; each time after the first one answer was lost. */
  function refresh(token: RevocableToken & { sessionId: string }) {
    const facts = { ...token, roles: [], authenticatedAt: 1, device: {}, salt: 'c2FsdA' };
    const rotation = { idleTtlMs: 60_000, reuseWindowMs: 0, replayUnconfirmedMs: 60_000 };
    return sessions.rotate({ id: token.sessionId, facts }, 0, rotation);
  }

  /** Waits until the copy knows of everything that was done so far. */
  async function caughtUp(): Promise<void> {
    const from = performance.now();
    await until('the copy is newer', () => here.statistics.ageMs < performance.now() - from);
  }

  /** The promise: no check that begins later than the bound after the acknowledgement lets the token pass. */
  async function refusedInTime(token: RevocableToken, acknowledged: number): Promise<void> {
    for (;;) {
      const begun = performance.now();
      if (await here.isRevoked(token)) return;
      expect(begun - acknowledged).toBeLessThanOrEqual(BOUND_MS);
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  it('answers what was not revoked without asking the store', async () => {
    const token = await login('ada');
    await caughtUp();
    const before = here.statistics.askedStore;
    for (let count = 0; count < 100; count++) expect(here.isRevoked(token)).toBe(false);
    const service = new TokenBlacklistService(here, settings, new AuthEvents(), new SystemClock());
    expect(service.replicaStatistics()).toMatchObject({ askedStore: before, revocations: 0 });
    expect(service.replicaStatistics()?.ageMs).toBeLessThanOrEqual(BOUND_MS);
    const strict = new TokenBlacklistService(elsewhere, settings, new AuthEvents(), new SystemClock());
    expect(strict.replicaStatistics()).toBeUndefined();
  });

  it('knows at once what was ended here, also by a verb of sessions', async () => {
    const [among, evicted, reused] = [await login('g'), await login('h'), await login('i')];
    await caughtUp();
    const events = new AuthEvents();
    const service = new TokenBlacklistService(here, settings, events, new SystemClock());
    service.repeatSessionRevocations([among.sessionId]);
    for (const [event, { sessionId, subject }] of [
      ['session.evicted', evicted],
      ['refresh.reuse', reused],
    ] as const)
      events.emit(event, { sessionId, subject });
    for (const token of [among, evicted, reused]) expect(here.isRevoked(token)).toBe(true);
  });

  it('refuses within the bound whatever another instance revoked, by whatever verb', async () => {
    const tokens = await Promise.all(
      ['a', 'b', 'c', 'd', 'f'].map((subject) => login(subject, `client-${subject}`)),
    );
    const bystander = await login('e', 'client-e');
    const [byToken, bySession, bySubject, byClient, expired] = tokens as [
      (typeof tokens)[0],
      (typeof tokens)[0],
      (typeof tokens)[0],
      (typeof tokens)[0],
      (typeof tokens)[0],
    ];
    await caughtUp();
    await elsewhere.revokeToken(byToken.subject, byToken.tokenId, 60_000);
    await elsewhere.revokeSession(bySession.sessionId);
    await elsewhere.revokeSubject(bySubject.subject);
    await elsewhere.revokeClient(byClient.clientId);
    await elsewhere.expireAccessTokens(expired.subject);
    const acknowledged = performance.now();
    for (const token of tokens) await refusedInTime(token, acknowledged);
    expect(await here.isRevoked(bystander)).toBe(false);
    await elsewhere.revokeEverything();
    await refusedInTime(bystander, performance.now());
    for (const subject of ['c', 'f'])
      expect(await here.isRevoked(await login(subject, `client-${subject}`))).toBe(false);
  });

  it('[11-C] asks the store at the first use of a token that a refresh handed out, which confirms it there', async () => {
    const token = { ...(await login('ada')), generation: 1, lostAnswers: 1 };
    expect((await refresh(token)).verdict).toBe('rotated');
    expect((await refresh(token)).verdict).toBe('replayed');
    await caughtUp();
    const before = here.statistics.askedStore;
    expect(await here.confirmUse(token)).toBe('confirmed');
    expect(here.statistics.askedStore).toBe(before + 1);
    expect((await refresh(token)).verdict).toBe('reused');
    expect(await here.confirmUse(token)).toBe('revoked');
  });

  it('refuses the access tokens of sessions that reuse, a cap or "all others" ended', async () => {
    const [reused, evicted, other] = [await login('reused'), await login('capped'), await login('others')];
    const kept = await login('others');
    await caughtUp();
    const facts = { ...reused, roles: [], authenticatedAt: 1, device: {}, salt: 'c2FsdA' };
    const rotation = { idleTtlMs: 60_000, reuseWindowMs: 0 };
    await sessions.rotate({ id: reused.sessionId, facts }, 0, rotation);
    expect((await sessions.rotate({ id: reused.sessionId, facts }, 0, rotation)).verdict).toBe('reused');
    const capped = { ...facts, subject: 'capped' };
    await sessions.open(createSessionId('capped'), capped, {
      ...terms,
      maxSessions: 1,
      whenFull: 'evict-oldest',
    });
    await sessions.revokeOthers(kept.sessionId);
    await caughtUp();
    for (const token of [reused, evicted, other]) expect(here.isRevoked(token)).toBe(true);
    expect(here.isRevoked(kept)).toBe(false);
  });

  it('catches up after a pause with everything it missed', async () => {
    const tokens = await Promise.all(Array.from({ length: 30 }, (_, place) => login(`user-${place}`)));
    await caughtUp();
    here.onApplicationShutdown();
    await Promise.all(tokens.map(({ sessionId }) => elsewhere.revokeSession(sessionId)));
    await here.onModuleInit();
    await caughtUp();
    for (const token of tokens) expect(here.isRevoked(token)).toBe(true);
  });

  it('an instance that starts later knows what happened before', async () => {
    const token = await login('ada');
    await elsewhere.revokeSession(token.sessionId);
    const late = await replica();
    await until('it has read', () => late.statistics.ageMs < BOUND_MS);
    expect(late.isRevoked(token)).toBe(true);
    late.onApplicationShutdown();
  });

  it('refuses what was issued before a loss of data, within the bound', async () => {
    const token = await login('ada');
    await caughtUp();
    await Promise.all(redis.nodes.map((node) => node.command('flushall')));
    await refusedInTime(token, performance.now());
    const later = await login('ada');
    expect(await here.isRevoked(token)).toBe(true);
    expect(await here.isRevoked(later)).toBe(false);
  });

  it.each(tokenBlacklistContract)('keeps the contract: $name', ({ run }) => run({ blacklist: here }));

  // The last one: the servers stay dead.
  it('answers during an outage until the copy is too old, then says that it cannot', async () => {
    const [token, revoked, retried] = [await login('ada'), await login('eve'), await login('bob')];
    await elsewhere.revokeSession(revoked.sessionId);
    for (let answer = 0; answer < 2; answer++) await refresh(retried);
    await caughtUp();
    await redis.kill();
    expect(await here.isRevoked(token)).toBe(false);
    expect(await here.isRevoked(revoked)).toBe(true);
    const refreshed = { ...token, generation: 1, lostAnswers: 0 };
    const uses = [
      refreshed,
      ...[revoked, retried].map((each) => ({ ...each, generation: 1, lostAnswers: 0 })),
    ];
    const [unconfirmed, refused, lost] = await Promise.allSettled(uses.map((each) => here.confirmUse(each)));
    expect([unconfirmed, refused]).toMatchObject([{ value: 'unconfirmed' }, { value: 'revoked' }]);
    // Which of its answers counts only the store knows.
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } });
    await until('the copy is too old', () => here.statistics.ageMs > BOUND_MS);
    for (const check of [() => here.isRevoked(token), () => here.confirmUse(refreshed)])
      await expect((async () => check())()).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
