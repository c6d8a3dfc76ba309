import type { Cluster, Redis } from 'ioredis';
import { FOREIGN, foreignServices } from '../../../../../test/support/sessions/foreign-media.js';
import { blacklistSettings, freshKeySpace } from '../../../../../test/support/sessions/session-media.js';
import { startCluster, startStandalone } from '../../../../../test/support/redis/index.js';
import { until } from '../../../../../test/support/until.js';
import { createSessionId, SubjectKeys } from '../../subjects/subject-keys.js';
import { RedisTokenBlacklistStore } from '../redis-token-blacklist.store.js';
import { RecentRevocations } from '../replica/recent-revocations.js';
import { RevocationFeed } from '../replica/revocation-feed.js';
import type { RevocableToken } from '../token-blacklist.store.js';
import { nameOfIssuer } from './not-before.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const media = [
  { name: 'stand-alone Redis', start: () => startStandalone() },
  { name: 'a Cluster of three masters', start: () => startCluster({ masters: 3 }) },
];

describe.each(media)('[11-D] revocations of the tokens of another issuer on $name', ({ start }) => {
  let redis: Awaited<ReturnType<typeof start>>;
  let connection: Redis | Cluster;
  let services: ReturnType<typeof foreignServices>;
  let keySpace: ReturnType<typeof freshKeySpace>;

  beforeAll(async () => {
    redis = await start();
    connection = await redis.connect();
  }, 120_000);

  beforeEach(() => {
    keySpace = freshKeySpace();
    services = foreignServices(connection, keySpace);
  });

  afterAll(() => redis.stop());

  const token = (over: Partial<RevocableToken> = {}): RevocableToken => ({
    tokenId: 'id',
    sessionId: undefined,
    subject: 'ada',
    clientId: 'spa',
    epoch: undefined,
    issuedAt: Math.floor(services.clock.now() / 1000) * 1000,
    ...over,
    claims: { iss: FOREIGN.issuer, ...over.claims },
  });

  it('[10.3.3-57] concern the tokens of one issuer, and none of ours', async () => {
    const [one, two] = [await services.start(), await services.start({ issuer: 'https://other.example' })];
    const ours = new RedisTokenBlacklistStore(services.redis, blacklistSettings());
    const own = { ...token(), epoch: await ours.claimEpoch('ada', 'spa') };
    for (const revoke of ['revokeSubject', 'revokeClient', 'revokeEverything'] as const) {
      await one.blacklist[revoke](revoke === 'revokeClient' ? 'spa' : 'ada');
      expect(await one.blacklist.isRevoked(token())).toBe(true);
      expect(await two.blacklist.isRevoked(token())).toBe(false);
      expect(await ours.isRevoked(own)).toBe(false);
      await services.pass(10_000);
      await ours[revoke](revoke === 'revokeClient' ? 'spa' : 'ada');
      expect(await one.blacklist.isRevoked(token())).toBe(false);
      expect(await ours.isRevoked(own)).toBe(true);
      own.epoch = await ours.claimEpoch('ada', 'spa');
    }
  });

  it('name tokens and sessions of one issuer, and none of ours, whatever they are called', async () => {
    const [one, two] = [
      await services.start({}, { maxStaleness: '10s' }),
      await services.start({ issuer: 'https://other.example' }),
    ];
    const ours = new RedisTokenBlacklistStore(services.redis, blacklistSettings());
    const sessionId = createSessionId('ada');
    const theirs = token({ claims: { sid: sessionId } });
    const own = { ...token(), sessionId, epoch: await ours.claimEpoch('ada', 'spa') };
    for (const revoke of [
      () => one.blacklist.revokeToken('ada', 'id', HOUR_MS),
      () => one.blacklist.revokeSession(sessionId),
    ]) {
      await revoke();
      expect(await one.blacklist.isRevoked(theirs)).toBe(true);
      expect(await two.blacklist.isRevoked(theirs)).toBe(false);
      expect(await ours.isRevoked(own)).toBe(false);
      const copy = new RecentRevocations(services.clock, blacklistSettings({ maxStaleness: '10s' }));
      const feed = new RevocationFeed(services.redis.unasked, copy, 10_000);
      await feed.follow();
      feed.close();
      expect(copy.verdictOn(own)).toBe('clear');
    }
  });

  it('are looked up in one round trip, which checks of the same turn share', async () => {
    const { blacklist } = await services.start();
    const asked = jest.spyOn(services.redis, 'values');
    const checks = Array.from({ length: 50 }, () => token({ claims: { sid: 's' } }));
    await Promise.all(checks.map(async (each) => blacklist.isRevoked(each)));
    expect(asked.mock.calls.map(([keys]) => keys.length)).toEqual([250]);
  });

  it('leave nothing behind but until when, and how long, tokens of the issuer are accepted', async () => {
    const { blacklist } = await services.start({}, { maxStaleness: '1s' });
    await blacklist.revokeToken('ada', 'id', HOUR_MS);
    await blacklist.revokeSubject('ada');
    await blacklist.revokeClient('spa');
    await blacklist.revokeSession('sid');
    await blacklist.revokeEverything();
    const logout = { subject: 'ada', sessionId: 'sid', issuedAt: services.clock.now(), ttlMs: DAY_MS };
    await blacklist.logout({ ...logout, tokenId: 'logout' });
    await services.pass(3 * HOUR_MS);
    const left = (
      await Promise.all(redis.nodes.map((node) => node.command('keys', `${keySpace.prefix}:*`)))
    ).flat() as string[];
    const kinds = new Set(left.map((key) => key.replace(/^.*\}:?/, '').replace(/issuer:[\w-]+/, 'issuer')));
    expect([...kinds].sort()).toEqual(['issuer:all', 'issuer:longest', 'revision']);
    expect(left.length).toBe(3 * 64);
  });

  it('keep the end marks of our own sessions no longer than a token of the issuer may live', async () => {
    const { blacklist } = await services.start({}, { maxStaleness: '1s' });
    await blacklist.revokeToken('ada', 'far-off', 1000 * DAY_MS);
    const keys = SubjectKeys.ofSubject(keySpace, 'ada');
    expect(await connection.pttl(keys.handedOut)).toBeLessThan(2 * HOUR_MS);
    await services.pass(2 * HOUR_MS);
    expect(await connection.exists(keys.handedOut)).toBe(0);
  });

  it('are made once more for the same instant, where a failover lost them', async () => {
    const { blacklist } = await services.start();
    const mine = token({ claims: { sid: 'sid' } });
    await blacklist.revokeSubject('ada');
    await services.pass(30_000);
    const anew = token();
    const marks = SubjectKeys.ofSubject(keySpace, 'ada').ofIssuer(nameOfIssuer(FOREIGN.issuer));
    expect(await connection.del(marks.subject)).toBe(1);
    // It may have been looked at before the loss: then it is once more after a minute.
    await until('it was repeated', async () => blacklist.isRevoked(mine), 100_000);
    expect(await blacklist.isRevoked(anew)).toBe(false);
  }, 120_000);

  it('[04-8] refuse what was issued before all data was lost, and accept what is issued later', async () => {
    const { blacklist } = await services.start();
    const before = token();
    await Promise.all(redis.nodes.map((node) => node.command('flushall')));
    expect(await blacklist.isRevoked(before)).toBe(true);
    await services.pass(10_000);
    expect(await blacklist.isRevoked(token())).toBe(false);
    expect(await blacklist.isRevoked(before)).toBe(true);
  });
});
