import type { Cluster, Redis } from 'ioredis';
import {
  FOREIGN,
  foreignServices,
  foreignSettings,
} from '../../../../../test/support/sessions/foreign-media.js';
import { freshKeySpace } from '../../../../../test/support/sessions/session-media.js';
import { startCluster, startStandalone } from '../../../../../test/support/redis/index.js';
import { until } from '../../../../../test/support/until.js';
import { Sweeper } from '../../memory/sweeper.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { SubjectKeys } from '../../subjects/subject-keys.js';
import { refuseOlderData } from '../older-data.js';
import { ReplicatedTokenBlacklistStore } from '../replica/replicated-token-blacklist.store.js';
import type { RevocableToken } from '../token-blacklist.store.js';
import { type AcceptedIssuer, issued } from './foreign-token.contract-harness.js';
import { nameOfIssuer } from './not-before.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const media = [
  { name: 'stand-alone Redis', start: () => startStandalone() },
  { name: 'a Cluster of three masters', start: () => startCluster({ masters: 3 }) },
];

describe.each(media)(
  '[11-D] revocations, where services accept different lifetimes of one issuer, on $name',
  ({ start }) => {
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

    const token = (subject = 'ada'): RevocableToken =>
      issued({ clock: services.clock, foreign: FOREIGN }, { subject });

    it('are kept for the longest lifetime that any service accepts, whoever revokes', async () => {
      const long = await services.start({ maxTtlMs: DAY_MS });
      const short = await services.start({ maxTtlMs: HOUR_MS });
      const mine = token();
      await short.blacklist.revokeSubject('ada');
      await services.pass(DAY_MS - HOUR_MS);
      expect(await long.blacklist.isRevoked(mine)).toBe(true);
      await services.pass(2 * HOUR_MS);
      expect(await long.blacklist.isRevoked(mine)).toBe(false);
    });

    it('bring nothing back in a release that accepts longer lifetimes', async () => {
      const short = await services.start({ maxTtlMs: HOUR_MS });
      const mine = token();
      await short.blacklist.revokeSubject('ada');
      await services.pass(3 * HOUR_MS);
      const [recent, late] = [token(), token('bob')];
      const long = await services.start({ maxTtlMs: DAY_MS });
      expect(await long.blacklist.isRevoked(mine)).toBe(true);
      for (const accepted of [recent, late]) expect(await long.blacklist.isRevoked(accepted)).toBe(false);
    });

    it('bring nothing back where Redis is away while that release starts', async () => {
      const short = await services.start({ maxTtlMs: HOUR_MS });
      const mine = token();
      await short.blacklist.revokeSubject('ada');
      await services.pass(3 * HOUR_MS);
      const another = await redis.connect();
      another.disconnect();
      const started = foreignServices(another, keySpace, services.clock);
      const foreign = { ...FOREIGN, maxTtlMs: DAY_MS };
      const long = await started.start(foreign);
      const copy = replicaOf(started.redis, foreign);
      await copy.onModuleInit();
      await another.connect();
      expect(await long.blacklist.isRevoked(mine)).toBe(true);
      await until('the copy is fresh', () => copy.statistics.ageMs < 10_000);
      expect(await copy.isRevoked(mine)).toBe(true);
      expect(await copy.isRevoked(token())).toBe(false);
      expect(copy.statistics).toMatchObject({ answeredLocally: 1, askedStore: 1 });
      copy.journal.close();
    });

    it('are kept as long where a failover lost that longer ones are accepted', async () => {
      await services.start({ maxTtlMs: HOUR_MS });
      const long = await services.start({ maxTtlMs: DAY_MS });
      const { longestLifetime } = SubjectKeys.ofSubject(keySpace, 'ada').ofIssuer(
        nameOfIssuer(FOREIGN.issuer),
      );
      await connection.set(longestLifetime, HOUR_MS);
      await until('it was told again', async () => Number(await connection.get(longestLifetime)) > DAY_MS);
      const short = await services.start({ maxTtlMs: HOUR_MS });
      const mine = token();
      await short.blacklist.revokeSubject('ada');
      await services.pass(DAY_MS - HOUR_MS);
      expect(await long.blacklist.isRevoked(mine)).toBe(true);
    });

    function replicaOf(guarded: GuardedRedis, foreign: AcceptedIssuer): ReplicatedTokenBlacklistStore {
      const { clock } = services;
      const settings = foreignSettings(foreign, { maxStaleness: '10s' });
      return ReplicatedTokenBlacklistStore.overForeign(guarded, settings, foreign, [clock, new Sweeper()]);
    }
  },
);

it('[11-D] longer lifetimes are known again after Redis came back with data from before they were accepted', async () => {
  const redis = await startStandalone();
  try {
    const connection = await redis.connect();
    const keySpace = freshKeySpace();
    const services = foreignServices(connection, keySpace);
    await services.start({ maxTtlMs: HOUR_MS });
    await connection.save();
    const foreign = { ...FOREIGN, maxTtlMs: DAY_MS };
    const { blacklist } = await services.start(foreign);
    await blacklist.revokeSubject('ada');
    const { longestLifetime } = SubjectKeys.ofSubject(keySpace, 'ada').ofIssuer(nameOfIssuer(FOREIGN.issuer));
    const longest = async (): Promise<number> => Number(await connection.get(longestLifetime));
    expect(await longest()).toBeGreaterThan(DAY_MS);
    // Nothing is repeated any more.
    blacklist.journal.close();
    let losses = 0;
    refuseOlderData(services.redis, foreignSettings(foreign), () => (losses += 1));
    await redis.restart();
    await until('it was noticed', async () => {
      await blacklist.isRevoked(issued({ clock: services.clock, foreign }, { subject: 'ada' }));
      return losses > 0;
    });
    expect(await longest()).toBeGreaterThan(DAY_MS);
  } finally {
    await redis.stop();
  }
});
