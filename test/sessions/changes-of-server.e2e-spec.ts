import { Redis } from 'ioredis';
import { RedisApiKeyStore } from '../../libs/auth/src/api-keys/redis-api-key.store.js';
import { ApiKeyGrammar } from '../../libs/auth/src/api-keys/api-key-text.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { RedisSessionStore } from '../../libs/auth/src/sessions/redis-session.store.js';
import { SystemClock } from '../../libs/auth/src/kernel/clock.js';
import { createSessionId } from '../../libs/auth/src/subjects/subject-keys.js';
import { RedisTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import { RedisProxy } from '../support/redis/faults/redis-proxy.js';
import { type RedisNode, type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { untilLookedAt } from '../support/sessions/looked-at.js';
import { blacklistSettings, freshKeySpace, type SessionHarness } from '../support/sessions/session-media.js';
import { facts, sessionServices } from '../support/sessions/session-services.js';
import { until } from '../support/until.js';

const HOUR_MS = 3_600_000;
const terms = { idleTtlMs: HOUR_MS, absoluteTtlMs: HOUR_MS, maxSessions: 0, whenFull: 'reject' } as const;
const grammar = new ApiKeyGrammar('key');

/** An instance by the clock of its servers. */
function instanceOn(connection: Redis, keySpace = freshKeySpace()) {
  const redis = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000 });
  const settings = blacklistSettings();
  const harness = {
    sessions: new RedisSessionStore(redis, settings),
    blacklist: new RedisTokenBlacklistStore(redis, settings),
    clock: new SystemClock(),
  };
  const services = sessionServices(harness as unknown as SessionHarness);
  const apiKeys = new RedisApiKeyStore(redis, undefined, harness.blacklist.journal);
  const withdrawn = services.blacklist.repeating(({ id, leftMs }) => harness.sessions.withdraw(id, leftMs));
  const keys = services.blacklist.repeating(({ id }) => apiKeys.revoke(id));
  const login = async (subject: string, clientId = 'web') => {
    const { session, epoch, refreshToken } = await services.refresh.open(facts({ subject, clientId }));
    return { tokenId: `of-${session.id}`, sessionId: session.id, subject, clientId, epoch, refreshToken };
  };
  const newKey = async (clientId: string) => {
    const { id } = grammar.issue('owner');
    await apiKeys.add({ id, secretHash: 's', subject: 'owner', clientId, name: 'CI', roles: [] } as never, {
      ttlMs: HOUR_MS,
      maxPerSubject: 9,
    });
    return id;
  };
  return {
    ...harness,
    ...services,
    redis,
    apiKeys,
    keys,
    journal: harness.blacklist.journal,
    store: harness.sessions,
    withdrawn,
    login,
    newKey,
    keySpace,
  };
}

type Instance = ReturnType<typeof instanceOn>;
type Token = Awaited<ReturnType<Instance['login']>>;

describe('[09] after each change of server', () => {
  let servers: readonly StandaloneRedis[];
  let proxy: RedisProxy;
  let connection: Redis;
  let here: Instance;
  let others: readonly Instance[];

  beforeEach(async () => {
    servers = await Promise.all([startStandalone(), startStandalone(), startStandalone()]);
    proxy = await RedisProxy.start(servers[0]!.nodes[0]!);
    const [host = '', port] = proxy.address.split(':');
    connection = new Redis(Number(port), host, { disconnectTimeout: 100, retryStrategy: () => 50 });
    connection.on('error', () => {});
    here = instanceOn(connection);
  });
  afterEach(async () => {
    here.blacklist.onApplicationShutdown();
    for (const each of others ?? []) each.blacklist.onApplicationShutdown();
    connection.disconnect();
    await proxy.stop();
    await Promise.all(servers.map((server) => server.stop()));
  });

  /** The others have what there is now, and nothing of what follows. */
  const promoteOthers = async (): Promise<void> => {
    const [{ host, port }] = servers[0]!.nodes as unknown as [RedisNode];
    for (const server of servers.slice(1)) {
      const node = server.nodes[0]!;
      await node.command('replicaof', host, port);
      await until(
        'it has caught up',
        async () => (await node.command('dbsize')) === (await servers[0]!.nodes[0]!.command('dbsize')),
      );
      await node.command('replicaof', 'no', 'one');
    }
    others = await Promise.all(
      servers.slice(1).map(async (server) => instanceOn(await server.connect(), here.keySpace)),
    );
  };
  const moveTo = async (index: number): Promise<void> => {
    await proxy.lead(servers[index]!.nodes[0]!);
    await until('the client is back', () => connection.status === 'ready');
  };
  const refused = (token: Token) =>
    until(`${token.subject} is refused`, () => here.blacklist.isRevoked(token));

  it('each kind of revocation is in force again, twice over', async () => {
    const tokens = await Promise.all(
      ['token', 'session', 'subject', 'others', 'others', 'expired'].map((subject) => here.login(subject)),
    );
    const [byToken, bySession, bySubject, other, kept, expired] = tokens as [
      Token,
      Token,
      Token,
      Token,
      Token,
      Token,
    ];
    const [ofClient, ofAnother] = [await here.login('client', 'app'), await here.login('another', 'app-2')];
    const [ownKey, clientKey, goodKey] = [
      await here.newKey('web'),
      await here.newKey('ci'),
      await here.newKey('good'),
    ];
    const legacy = createSessionId('legacy');
    await promoteOthers();

    await here.blacklist.revokeToken({ ...byToken, expiresAt: Date.now() + HOUR_MS });
    await here.sessions.revoke(bySession.sessionId);
    await here.sessions.revokeAll('subject');
    await here.sessions.revokeOthers(kept.sessionId);
    await here.blacklist.expireAccessTokens('expired');
    await here.blacklist.revokeClient('app');
    await here.store.withdraw(legacy, HOUR_MS);
    here.withdrawn.add(legacy, HOUR_MS);
    await here.apiKeys.revoke(ownKey);
    here.keys.add(ownKey, Infinity);
    await here.apiKeys.revokeClient('ci');
    await untilLookedAt(here.journal);

    for (const index of [1, 2]) {
      await moveTo(index);
      for (const token of [byToken, bySession, bySubject, other, expired, ofClient]) await refused(token);
      for (const id of [ownKey, clientKey])
        await until('the key is gone', async () => (await here.apiKeys.find(id)) === undefined);
      expect(await here.apiKeys.find(goodKey)).toBeDefined();
      const again = { ...terms, issuedAt: Date.now(), rememberedMs: HOUR_MS };
      await until('the legacy token is withdrawn', () => redisHas(servers[index]!, legacy));
      expect(await here.store.adopt(legacy, facts() as never, again)).toMatchObject({ verdict: 'known' });
      for (const { sessionId } of [bySession, bySubject, other, ofClient])
        expect(await here.sessions.get(sessionId)).toBeUndefined();
      for (const { sessionId } of [kept, expired, ofAnother])
        expect(await here.sessions.get(sessionId)).toBeDefined();
      for (const token of [kept, ofAnother]) expect(await here.blacklist.isRevoked(token)).toBe(false);
    }
  });

  it('everything that was issued to anybody is refused again', async () => {
    const token = await here.login('ada');
    const key = await here.newKey('web');
    await promoteOthers();
    await here.blacklist.revokeEverything();
    await here.apiKeys.revokeEverything();
    await untilLookedAt(here.journal);
    await moveTo(1);
    await refused(token);
    await until('the key is gone', async () => (await here.apiKeys.find(key)) === undefined);
    expect(await here.sessions.get(token.sessionId)).toBeUndefined();
  });

  it('a subject who logged in again keeps the new session', async () => {
    const before = await here.login('ada');
    await promoteOthers();
    await here.sessions.revokeAll('ada');
    const [elsewhere] = others as [Instance];
    const after = await elsewhere.login('ada');
    await moveTo(1);
    await refused(before);
    expect(await here.sessions.get(before.sessionId)).toBeUndefined();
    expect(await here.sessions.get(after.sessionId)).toBeDefined();
    expect(await here.refresh.rotate(after.refreshToken)).toMatchObject({ verdict: 'rotated' });
  });

  it('what is still there is left as it is', async () => {
    await here.login('ada');
    await here.login('bob');
    await here.sessions.revokeAll('ada');
    await here.blacklist.revokeClient('app');
    const after = await here.login('ada');
    const writes = async (): Promise<string> =>
      String(await servers[0]!.nodes[0]!.command('info', 'persistence'))
        .split('rdb_changes_since_last_save:')[1]!
        .split('\r')[0]!;
    await untilLookedAt(here.journal);
    const before = await writes();
    const rounds = here.journal['round'];
    await proxy.reset();
    await until('the client is back', () => connection.status === 'ready');
    await until('they were looked at again', () =>
      here.journal['kinds'].every(({ entries }) =>
        [...entries.values()].every(({ round }) => round > rounds),
      ),
    );
    expect(await writes()).toBe(before);
    expect(await here.blacklist.isRevoked(after)).toBe(false);
  });
});

async function redisHas({ nodes }: StandaloneRedis, sessionId: string): Promise<boolean> {
  return ((await nodes[0]!.command('keys', `*adopted:${sessionId}`)) as string[]).length > 0;
}
