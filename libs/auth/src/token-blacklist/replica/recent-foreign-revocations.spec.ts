import type { Cluster, Redis } from 'ioredis';
import {
  FOREIGN,
  foreignServices,
  foreignSettings,
} from '../../../../../test/support/sessions/foreign-media.js';
import { freshKeySpace } from '../../../../../test/support/sessions/session-media.js';
import { startCluster, startStandalone } from '../../../../../test/support/redis/index.js';
import type { SubjectKeys } from '../../subjects/subject-keys.js';
import { nameOfIssuer } from '../foreign/not-before.js';
import type { RevocableToken } from '../token-blacklist.store.js';
import { RecentForeignRevocations } from './recent-foreign-revocations.js';
import { RevocationFeed } from './revocation-feed.js';

const HOUR_MS = 3_600_000;
const media = [
  { name: 'stand-alone Redis', start: () => startStandalone() },
  { name: 'a Cluster of three masters', start: () => startCluster({ masters: 3 }) },
];

describe.each(media)(
  '[11-D] revocations of the tokens of another issuer, in a local copy on $name',
  ({ start }) => {
    let redis: Awaited<ReturnType<typeof start>>;
    let connection: Redis | Cluster;
    let services: ReturnType<typeof foreignServices>;

    beforeAll(async () => {
      redis = await start();
      connection = await redis.connect();
    }, 120_000);

    beforeEach(() => {
      services = foreignServices(connection, freshKeySpace());
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

    async function copied() {
      const { blacklist } = await services.start({}, { maxStaleness: '10s' });
      const recent = new RecentForeignRevocations(
        services.clock,
        foreignSettings(FOREIGN, { maxStaleness: '10s' }),
      );
      const name = nameOfIssuer(FOREIGN.issuer);
      const vouching = (keys: SubjectKeys): string => keys.ofIssuer(name).beginning;
      const feed = new RevocationFeed(services.redis.unasked, recent, 10_000, vouching);
      const read = async (meanwhile = (): void => {}): Promise<void> => {
        const reading = feed.follow();
        meanwhile();
        await reading;
        feed.close();
      };
      await read();
      return { blacklist, recent, read };
    }

    it('are what the store is asked about, and nothing else is', async () => {
      const { blacklist, recent, read } = await copied();
      const mine = token({ claims: { sid: 'sid' } });
      const others = [
        token({ subject: 'bob', clientId: 'other', claims: { sid: 'x' } }),
        token({ subject: 'bob', clientId: 'other' }),
      ];
      expect([mine, ...others].map((each) => recent.verdictOn(each))).toEqual(['clear', 'clear', 'clear']);
      await services.pass(1000);
      const revocations: [() => Promise<unknown>, string][] = [
        [() => blacklist.revokeToken('ada', mine.tokenId, HOUR_MS), 'suspect'],
        [() => blacklist.revokeSubject('ada'), 'suspect'],
        [() => blacklist.revokeClient('spa'), 'suspect'],
        [() => blacklist.revokeSession('sid'), 'suspect'],
      ];
      for (const [at, [revoke, verdict]] of revocations.entries()) {
        await revoke();
        await read();
        expect([at, recent.verdictOn({ ...mine, tokenId: at === 0 ? 'id' : 'another' })]).toEqual([
          at,
          verdict,
        ]);
        for (const other of others) expect(recent.verdictOn({ ...other, tokenId: 'other' })).toBe('clear');
      }
      await services.pass(10_000);
      await blacklist.revokeEverything();
      recent.note('all', '');
      expect(others.map((each) => recent.verdictOn({ ...each, tokenId: 'other' }))).toEqual([
        'suspect',
        'suspect',
      ]);
      await read();
      expect(recent.verdictOn({ ...others[0]!, tokenId: 'other' })).toBe('suspect');
      await services.pass(10_000);
      expect(recent.verdictOn(token({ ...others[0]!, tokenId: 'o', issuedAt: services.clock.now() }))).toBe(
        'clear',
      );
    });

    it('[11-E] leave to the store what is none of the issuer, and may have been revoked long ago', async () => {
      const { recent } = await copied();
      const none = { iss: undefined };
      expect(recent.verdictOn(token())).toBe('clear');
      expect(recent.verdictOn(token({ claims: none }))).toBe('suspect');
      expect(recent.verdictOn(token({ claims: none, scheme: 'Key' }))).toBe('suspect');
    });

    it('of everything are not undone by a reading that began before them', async () => {
      const { recent, read } = await copied();
      await read(() => recent.note('all', ''));
      expect(recent.verdictOn(token())).toBe('suspect');
      await read();
      expect(recent.verdictOn(token())).toBe('clear');
    });

    it('vouch for nothing once the data was lost', async () => {
      const { recent, read } = await copied();
      await Promise.all(redis.nodes.map((node) => node.command('flushall')));
      await read();
      expect(recent.verdictOn(token())).toBe('suspect');
    });
  },
);
