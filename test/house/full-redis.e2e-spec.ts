import { ApiKeyGrammar } from '../../libs/auth/src/api-keys/api-key-text.js';
import { RedisAuthorizationCodeStore } from '../../libs/auth/src/authorization-codes/redis-authorization-code.store.js';
import { nameOfUserCode } from '../../libs/auth/src/device-authorizations/device-codes.js';
import { RedisDeviceAuthorizationStore } from '../../libs/auth/src/device-authorizations/redis-device-authorization.store.js';
import { RedisKeyStore } from '../../libs/auth/src/keys/managed/redis-key.store.js';
import { RedisOneTimeValueStore } from '../../libs/auth/src/one-time-values/redis-one-time-value.store.js';
import { aboutServerScript } from '../../libs/auth/src/redis/outage/about-server.lua.js';
import { createSessionId, SubjectKeys } from '../../libs/auth/src/subjects/subject-keys.js';
import { RedisSlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/redis-sliding-window.store.js';
import { RedisForeignTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/foreign/redis-foreign-token-blacklist.store.js';
import { refuseOlderData } from '../../libs/auth/src/token-blacklist/older-data.js';
import { ReplicatedTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/replica/replicated-token-blacklist.store.js';
import { ManualClock } from '../../libs/auth/src/testing/manual-clock.js';
import { startCluster, startStandalone } from '../support/redis/index.js';
import { FOREIGN, foreignSettings } from '../support/sessions/foreign-media.js';
import {
  everyKey,
  hit,
  HOUR_MS,
  prepare,
  rotation,
  scriptNames,
  terms,
  type Medium,
} from './full-redis-medium.js';

/** Scripts that only add: they are refused, and nothing is left of them. */
const REFUSED = [
  'add-api-key',
  'issue-code',
  'open-session',
  'redeem-code',
  'begin-device',
  'answer-device',
  'poll-device',
  'redeem-device',
];
const DEVICE = { clientId: 'tv', request: '{}', intervalMs: 5_000 };
const deviceOf = (userCode: string) => ({ name: nameOfUserCode(userCode), secretHash: 'secret' });
const CODE = {
  clientId: 'web',
  sessionId: 'session',
  codeChallenge: '',
  redirectUri: '',
  login: '',
  revocations: '',
};
/** Scripts of the limiter, which counts in the process meanwhile. */
const LIMITER = /window/;
/** Looks what the ACL permits, whatever the memory: redis/opening/rights.spec. */
const TRIES = 'try-commands';

const media = [
  { name: 'one server', start: () => startStandalone() },
  { name: 'a Cluster', start: () => startCluster({ masters: 3 }) },
];

describe.each(media)('on a Redis whose memory is full: $name', ({ start }) => {
  let fixture: Awaited<ReturnType<typeof start>>;
  let medium: Medium;
  let subjects: Record<
    'ended' | 'others' | 'all' | 'rotated' | 'reused' | 'lost',
    Awaited<ReturnType<Medium['open']>>
  >;
  const keyIds = ['one', 'two', 'three'].map(() => new ApiKeyGrammar('key').issue('owner').id);
  const keyIdOf = (_owner: string, name: string) => keyIds[['one', 'two', 'three'].indexOf(name)]!;

  beforeAll(async () => {
    fixture = await start();
    medium = await prepare(await fixture.connect());
    const { open, newKey, sessions, blacklist } = medium;
    const opened = await Promise.all(['ended', 'others', 'all', 'rotated', 'reused', 'lost'].map(open));
    subjects = Object.fromEntries(
      opened.map((session) => [(session.facts as { subject: string }).subject, session]),
    ) as never;
    await Promise.all([open('others'), open('all')]);
    for (const name of ['one', 'two']) await newKey('owner', keyIdOf('owner', name));
    for (const { id, facts } of [subjects.reused, subjects.rotated])
      await sessions.rotate({ id, facts }, 0, rotation);
    await blacklist.claimEpoch('ada', 'web');
    const codes = new RedisAuthorizationCodeStore(medium.redis);
    for (const code of ['used', 'issued']) await codes.issue(code, CODE, HOUR_MS);
    await codes.redeem('used', HOUR_MS);
    const devices = new RedisDeviceAuthorizationStore(medium.redis);
    for (const userCode of ['waiting', 'agreed']) await devices.begin(deviceOf(userCode), DEVICE, HOUR_MS);
    await devices.approve('agreed', '{}');
    medium.ran.clear();
    for (const node of fixture.nodes) {
      await node.command('script', 'flush');
      await node.command('config', 'set', 'maxmemory-policy', 'noeviction', 'maxmemory', 1);
    }
  });
  afterAll(() => fixture?.stop());

  it('what only adds is refused, and nothing is left of it', async () => {
    const { open, newKey, sessions } = medium;
    const before = await everyKey(fixture.nodes);
    const refused = { code: 'store_unavailable' };
    for (let round = 0; round < 2; round++) {
      await expect(open('new')).rejects.toMatchObject(refused);
      // Where others would have to make room, they stay.
      await expect(
        sessions.open(createSessionId('all'), subjects.all.facts, { ...terms, maxSessions: 1 }),
      ).rejects.toMatchObject(refused);
      await expect(
        sessions.adopt(createSessionId('all'), subjects.all.facts, {
          ...terms,
          issuedAt: Date.now(),
          rememberedMs: HOUR_MS,
        }),
      ).rejects.toMatchObject(refused);
      await expect(newKey('owner', keyIdOf('owner', 'three'))).rejects.toMatchObject(refused);
      const codes = new RedisAuthorizationCodeStore(medium.redis);
      await expect(codes.issue('new', CODE, HOUR_MS)).rejects.toMatchObject(refused);
      const devices = new RedisDeviceAuthorizationStore(medium.redis);
      await expect(devices.begin(deviceOf('new'), DEVICE, HOUR_MS)).rejects.toMatchObject(refused);
      await expect(devices.approve('waiting', '{}')).rejects.toMatchObject(refused);
      await expect(devices.poll(deviceOf('waiting'), 'tv')).rejects.toMatchObject(refused);
      await expect(devices.redeem(deviceOf('agreed'))).rejects.toMatchObject(refused);
      expect(await devices.find('waiting')).toMatchObject({ verdict: 'pending' });
      expect(await devices.poll(deviceOf('agreed'), 'tv')).toMatchObject({ verdict: 'approved' });
      // The session that it is for could not be opened either.
      await expect(codes.redeem('issued', HOUR_MS)).rejects.toMatchObject(refused);
      expect(await codes.recall('issued')).toMatchObject({ verdict: 'issued' });
      expect(await codes.redeem('used', HOUR_MS)).toMatchObject({ verdict: 'used' });
    }
    expect(await everyKey(fixture.nodes)).toEqual(before);
  });

  it('what ends, expires or replaces gets through', async () => {
    const { blacklist, sessions, apiKeys, redis } = medium;
    const { ended, others, rotated, reused, lost } = subjects;
    await sessions.beginLogin('ada', 'web');
    expect(await sessions.rotate(rotated, 1, rotation)).toMatchObject({ verdict: 'rotated' });
    expect(await sessions.rotate(rotated, 1, { ...rotation, reuseWindowMs: 0 })).toMatchObject({
      verdict: 'replayed',
    });
    expect(
      await sessions.rotate(reused, 0, { ...rotation, reuseWindowMs: 0, replayUnconfirmedMs: 0 }),
    ).toEqual({ verdict: 'reused' });
    const used = {
      tokenId: 'used',
      sessionId: lost.id,
      subject: 'lost',
      clientId: 'web',
      epoch: undefined,
      generation: 0,
      lostAnswers: 0,
    };
    expect(await blacklist.confirmUse(used)).toBe('confirmed');
    await blacklist.revokeToken('ada', 'token', HOUR_MS);
    expect(await blacklist.revokeSession(ended.id)).toBe('ended');
    expect(await sessions.find(ended.id)).toBeUndefined();
    expect(await sessions.revokeOthers(others.id)).toHaveLength(1);
    expect(await blacklist.revokeSubject('all')).toHaveLength(2);
    expect(await sessions.list('all', { limit: 9 })).toEqual([]);
    await blacklist.expireAccessTokens('ada');
    await blacklist.claimEpoch('ada', 'web');
    await sessions.withdraw(createSessionId('ada'), HOUR_MS);
    expect(
      await blacklist.isRevoked({
        tokenId: 'token',
        sessionId: undefined,
        subject: 'ada',
        clientId: 'web',
        epoch: undefined,
        issuedAt: Date.now() + HOUR_MS,
      }),
    ).toBe(true);
    expect(await apiKeys.present(keyIdOf('owner', 'one'), 'secret')).toMatchObject({ verdict: 'accepted' });
    expect(await apiKeys.list('owner')).toHaveLength(2);
    expect(await apiKeys.revoke(keyIdOf('owner', 'one'))).toBe('owner');
    await apiKeys.revokeClient('owner');
    expect(await apiKeys.find(keyIdOf('owner', 'two'))).toBeUndefined();
    await blacklist.revokeClient('web');
    expect(await sessions.find(rotated.id)).toBeUndefined();
    // Clients that give tokens back prove who they are first.
    const assertions = new RedisOneTimeValueStore(redis);
    expect([await assertions.use('jti', HOUR_MS), await assertions.use('jti', HOUR_MS)]).toEqual([
      'first',
      'replayed',
    ]);
    await blacklist.revokeEverything();
    await blacklist.onModuleInit();
    await new RedisKeyStore(redis).replace({ version: 1, sealed: 'keys' }, 0);
    await redis.run(aboutServerScript, [new RedisKeyStore(redis).place], []);
  });

  it('so does what is made again, and what is made of older data', async () => {
    const { blacklist, redis, run, settings, keySpace } = medium;
    const journal = blacklist.journal;
    const ada = SubjectKeys.ofSubject(keySpace, 'ada');
    const repeat = async () => {
      for (const { entries, repeat: again } of journal['kinds'])
        for (const entry of entries.values()) await again([entry]);
    };
    await repeat();
    for (const key of [ada.token('token'), ada.subjectEpoch, ada.globalEpoch]) await redis.call('del', key);
    await repeat();
    expect(await redis.values([ada.token('token'), ada.subjectEpoch, ada.globalEpoch])).not.toContain(null);
    let raised: Promise<void> | undefined;
    const protect = ({ onLoss }: { onLoss(server: string, redis: unknown): Promise<void> }): void => {
      raised = onLoss('a start', { run: redis.run });
    };
    const foreign = foreignSettings({ ...FOREIGN, maxTtlMs: 3 * HOUR_MS });
    refuseOlderData({ keySpace, losses: { protect }, saw: () => {}, run } as never, foreign, () => {});
    await raised;
    const sweeper = { register: () => {} } as never;
    const { feed } = ReplicatedTokenBlacklistStore.over(redis, settings, new ManualClock(), sweeper) as never;
    await (feed as { readAll(): Promise<unknown> }).readAll();
  });

  it('so does what ends tokens of another issuer', async () => {
    const { redis } = medium;
    const blacklist = new RedisForeignTokenBlacklistStore(redis, foreignSettings(FOREIGN), FOREIGN);
    await blacklist.onModuleInit();
    await blacklist.revokeToken('ada', 'theirs', HOUR_MS);
    await blacklist.revokeSubject('ada');
    await blacklist.revokeEverything();
    const logout = {
      tokenId: 'logout',
      subject: 'ada',
      sessionId: 'sid',
      issuedAt: Date.now(),
      ttlMs: HOUR_MS,
    };
    expect(await blacklist.logout(logout)).toBe('ended');
    expect(await blacklist.logout(logout)).toBe('replayed');
    expect(
      await blacklist.isRevoked({
        tokenId: 'other',
        sessionId: undefined,
        subject: 'ada',
        clientId: 'web',
        epoch: undefined,
        ageMs: 1,
      }),
    ).toBe(true);
    blacklist.journal.close();
  });

  it('the limiter is refused, or looks', async () => {
    const windows = new RedisSlidingWindowStore(medium.redis);
    const before = await everyKey(fixture.nodes);
    for (const precision of ['exact', 'bounded'] as const)
      await expect(windows.hit([{ ...hit, key: 'caller', precision }])).rejects.toMatchObject({
        code: 'store_unavailable',
      });
    await windows.peek({ ...hit, key: 'caller' }, HOUR_MS);
    expect(await windows.generation('caller')).toBe('');
    expect(await everyKey(fixture.nodes)).toEqual(before);
  });

  it('no script is left out', async () => {
    const names = (await scriptNames()).filter((name) => !LIMITER.test(name) && name !== TRIES);
    expect(names).toEqual(expect.arrayContaining(REFUSED));
    expect(names.filter((name) => !medium.ran.has(name))).toEqual([]);
    medium.blacklist.journal.close();
  });
});
