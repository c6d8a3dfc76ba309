import type { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../../../../../test/support/redis/index.js';
import {
  FOREIGN,
  type ForeignService,
  foreignServices,
  foreignSettings,
} from '../../../../../test/support/sessions/foreign-media.js';
import { freshKeySpace } from '../../../../../test/support/sessions/session-media.js';
import { until } from '../../../../../test/support/until.js';
import { SubjectKeys } from '../../subjects/subject-keys.js';
import type { TokenBlacklistSettings } from '../token-blacklist.settings.js';
import type { RevocableToken } from '../token-blacklist.store.js';
import { issued, logoutAt, verdicts } from './foreign-token.contract-harness.js';
import { nameOfIssuer } from './not-before.js';
import { RedisForeignTokenBlacklistStore } from './redis-foreign-token-blacklist.store.js';

const DAY_MS = 86_400_000;
const LATER_MS = 30_000;
const MINE = { subject: 'ada', clientId: 'app', sid: 'mine' };

interface Revocation {
  readonly verb: string;
  revoke(service: ForeignService, token: RevocableToken): Promise<unknown>;
  /** What the token that it ends differs in. */
  readonly over?: { readonly sid: string };
}

const revocations: readonly Revocation[] = [
  {
    verb: 'revokeToken',
    revoke: ({ blacklist }, { tokenId }) => blacklist.revokeToken('ada', tokenId, 600_000),
  },
  { verb: 'revokeSession', revoke: ({ blacklist }) => blacklist.revokeSession('mine') },
  { verb: 'revokeSubject', revoke: ({ blacklist }) => blacklist.revokeSubject('ada') },
  { verb: 'expireAccessTokens', revoke: ({ blacklist }) => blacklist.expireAccessTokens('ada') },
  { verb: 'revokeClient', revoke: ({ blacklist }) => blacklist.revokeClient('app') },
  { verb: 'revokeEverything', revoke: ({ blacklist }) => blacklist.revokeEverything() },
  { verb: 'logout of a subject', revoke: (service) => logout(service, { subject: 'ada' }) },
  { verb: 'logout of a session', revoke: (service) => logout(service, { sessionId: 'mine' }) },
  {
    verb: 'logout of a session and its subject',
    revoke: (service) => logout(service, { subject: 'ada', sessionId: 'mine' }),
  },
  {
    verb: 'logout of a session and its subject, whose token names none',
    revoke: (service) => logout(service, { subject: 'ada', sessionId: 'mine' }),
    over: { sid: '' },
  },
];

function logout(service: ForeignService, of: { subject?: string; sessionId?: string }): Promise<string> {
  return service.blacklist.logout(logoutAt(service, of));
}

describe('[11-D] acknowledged revocations of the tokens of another issuer that a failover loses', () => {
  let redis: StandaloneRedis;
  /** By verb: what its service says, and what another process said meanwhile of the server that had lost it. */
  const found = new Map<string, { lost: boolean[]; verdicts(): Promise<boolean[]> }>();

  beforeAll(async () => {
    redis = await startStandalone();
    const [connection, other] = [await redis.connect(), await redis.connect()];
    const cases = await Promise.all(revocations.map((each) => prepare(each, connection, other)));
    // What the next server starts from: everything so far, nothing of what follows.
    await connection.save();
    for (const { revoke } of cases) await revoke();
    connection.disconnect();
    await redis.restart();
    await until('another process is back', () => other.status === 'ready');
    for (const { verb, lost, ...more } of cases) found.set(verb, { ...more, lost: await lost() });
    await connection.connect();
  });

  afterAll(() => redis.stop());

  it.each(revocations)('are made again for the same instant: $verb', async ({ verb }) => {
    const revocation = found.get(verb)!;
    expect(revocation.lost).toEqual([false, false]);
    await until('it is refused again', async () => (await revocation.verdicts())[0] === true, 10_000);
    expect(await revocation.verdicts()).toEqual([true, false]);
  });
});

it('[11-E] legacy tokens are refused again however long Redis was away', async () => {
  const redis = await startStandalone();
  try {
    const connection = await redis.connect();
    const keySpace = freshKeySpace();
    const { clock, redis: guarded } = foreignServices(connection, keySpace);
    const settings = Object.create(foreignSettings(FOREIGN, {}, Date.now() + DAY_MS), {
      accessTokenLifetimeMs: { value: 1 },
    }) as TokenBlacklistSettings;
    const blacklist = new RedisForeignTokenBlacklistStore(guarded, settings, FOREIGN);
    await blacklist.onModuleInit();
    const token = { ...issued({ clock, foreign: FOREIGN }, { subject: 'ada' }), claims: {} };
    await blacklist.revokeSubject('ada');
    connection.disconnect();
    const marks = SubjectKeys.ofSubject(keySpace, 'ada').ofIssuer(nameOfIssuer(FOREIGN.issuer));
    await redis.nodes[0]!.command('del', marks.subject);
    const asked = jest.spyOn(guarded.unasked, 'run');
    await until('it was tried', () => asked.mock.calls.some(([, keys]) => keys.includes(marks.subject)));
    await connection.connect();
    expect(await blacklist.isRevoked(token)).toBe(false);
    await until('it is refused again', async () => blacklist.isRevoked(token), 10_000);
  } finally {
    await redis.stop();
  }
});

/** A service that may revoke a token, and a later one of the same client, subject and session. */
async function prepare({ verb, revoke, over }: Revocation, connection: Redis, other: Redis) {
  const keySpace = freshKeySpace();
  const services = foreignServices(connection, keySpace);
  const [service, witness] = [
    await services.start(),
    await foreignServices(other, keySpace, services.clock).start(),
  ];
  const token = issued(service, { ...MINE, ...over });
  const later = issued(service, { ...MINE, ...over, laterMs: LATER_MS });
  return {
    verb,
    async revoke() {
      await revoke(service, token);
      expect(await verdicts(service, token, later)).toEqual([true, false]);
      services.clock.advance(LATER_MS);
    },
    lost: () => verdicts(witness, token, later),
    verdicts: () => verdicts(service, token, later),
  };
}
