import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, type RedisConnection, TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import { requiredOptions, TestUsers } from '../support/app/start-app.js';
import {
  currentMaster,
  type RedisConfig,
  type RedisNode,
  startCluster,
  startSentinel,
  startStandalone,
  untilReplicated,
} from '../support/redis/index.js';
import { until } from '../support/until.js';

const SNAPSHOTS = { save: '3600 1', appendonly: 'no' };
const CLUSTER_SNAPSHOTS = { ...SNAPSHOTS, 'cluster-require-full-coverage': 'no' };
const APPEND_ONLY = { save: '""', appendonly: 'yes', appendfsync: 'always' };

describe('[10-8] a Redis that comes back', () => {
  let redis: { readonly url: string; readonly nodes: readonly RedisNode[]; stop(): Promise<void> };
  let apps: INestApplicationContext[];
  // They have to be some seconds old, so they are started first.
  let aged: {
    readonly alone: Awaited<ReturnType<typeof startStandalone>>;
    readonly sentinel: Awaited<ReturnType<typeof startSentinel>>;
  };
  beforeAll(async () => {
    aged = { alone: await startStandalone({ config: SNAPSHOTS }), sentinel: await startSentinel() };
  });
  afterAll(() => Promise.all([aged.alone.stop(), aged.sentinel.stop()]));

  async function start(config: RedisConfig): Promise<void> {
    await startOn(await startStandalone({ config }));
  }

  async function startOn(started: typeof redis): Promise<void> {
    redis = started;
    apps = [await startInstance(), await startInstance()];
  }

  const startInstance = (source: { url: string } | { client: RedisConnection } = { url: redis.url }) =>
    NestFactory.createApplicationContext(
      AuthModule.forRoot({
        ...requiredOptions,
        redis: { ...source, deadline: '5s' },
        userAuthenticator: TestUsers,
        legacy: { until: new Date(Date.now() + 3_600_000), refreshToken: () => ({ subject: 'ada' }) },
      }),
      { logger: false },
    );

  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await redis.stop();
  });

  const tokens = (instance: number): TokenService => apps[instance]!.get(TokenService);
  const login = (subject: string, instance = 0) =>
    tokens(instance).login({ subject, clientId: 'web', roles: [], authenticatedAt: Date.now(), device: {} });
  const snapshot = () => redis.nodes[0]!.command('save');

  /** Waits until nobody can take the server for one that has just started. */
  const untilOld = (node: RedisNode) =>
    until('the server is older than what was seen', async () => {
      const [, uptime] = /uptime_in_seconds:(\d+)/.exec(String(await node.command('info', 'server'))) ?? [];
      return Number(uptime) > 6;
    });

  /** What an instance says about a token, once Redis answers again. */
  async function verdictOn(token: string, instance: number): Promise<string> {
    let verdict = 'store_unavailable';
    await until('Redis answers', async () => {
      verdict = await Promise.resolve()
        .then(() => tokens(instance).verify(token))
        .then(
          () => 'good',
          (error: { code: string }) => error.code,
        );
      return verdict !== 'store_unavailable';
    });
    return verdict;
  }

  async function refreshVerdict(refreshToken: string, instance: number): Promise<string> {
    let verdict = 'store_unavailable';
    await until('Redis answers', async () => {
      verdict = await tokens(instance)
        .refresh({ refreshToken })
        .then(
          () => 'refreshed',
          (error: { code: string }) => error.code,
        );
      return verdict !== 'store_unavailable';
    });
    return verdict;
  }

  it('from a snapshot taken before a revocation revives no token, on either instance', async () => {
    await start(SNAPSHOTS);
    const ada = await login('ada');
    const bob = await login('bob');
    await snapshot();
    await apps[0]!.get(TokenBlacklistService).revokeSubject('ada');
    await redis.nodes[0]!.restart();
    expect(await verdictOn(ada.accessToken, 0)).toBe('invalid_token');
    expect(await verdictOn(ada.accessToken, 1)).toBe('invalid_token');
    expect(await refreshVerdict(ada.refreshToken, 1)).toBe('invalid_grant');
    // Nobody knows what else was lost, so everybody logs in again.
    expect(await refreshVerdict(bob.refreshToken, 0)).toBe('invalid_grant');
  });

  it('from a snapshot taken before a refresh takes no used refresh token', async () => {
    await start(SNAPSHOTS);
    const first = await login('ada');
    await snapshot();
    const second = await tokens(0).refresh({ refreshToken: first.refreshToken });
    await redis.nodes[0]!.restart();
    expect(await refreshVerdict(first.refreshToken, 0)).toBe('invalid_grant');
    expect(await refreshVerdict(second.refreshToken, 1)).toBe('invalid_grant');
  });

  it('[11-E] from a snapshot taken before a legacy token was used, or logged out, takes none', async () => {
    await start(SNAPSHOTS);
    await snapshot();
    const { refreshToken } = await tokens(0).refresh({ refreshToken: 'legacy, used' });
    await tokens(1).revokeRefreshTokens(['legacy, logged out']);
    await redis.nodes[0]!.restart();
    for (const lost of ['legacy, used', 'legacy, logged out', refreshToken])
      for (const instance of [0, 1]) expect(await refreshVerdict(lost, instance)).toBe('invalid_grant');
  });

  it('logs everybody out once: who logs in after one instance noticed stays when the other does', async () => {
    await start(SNAPSHOTS);
    const ada = await login('ada');
    await snapshot();
    await Promise.all(apps.map((app) => app.get(TokenBlacklistService).revokeSubject('ada')));
    await redis.nodes[0]!.restart();
    expect(await verdictOn(ada.accessToken, 0)).toBe('invalid_token');
    const again = await login('ada', 0);
    expect(await verdictOn(again.accessToken, 1)).toBe('good');
    expect(await verdictOn(ada.accessToken, 1)).toBe('invalid_token');
    expect(await refreshVerdict(again.refreshToken, 1)).toBe('refreshed');
    expect(await refreshVerdict((await login('bob', 1)).refreshToken, 0)).toBe('refreshed');
  });

  it.each([
    ['a snapshot that lacks nothing', SNAPSHOTS, snapshot],
    ['an append-only file', APPEND_ONLY, async () => {}],
  ])('from %s logs nobody out', async (_what, config, beforeCrash) => {
    await start(config);
    const ada = await login('ada');
    const bob = await login('bob', 1);
    const refreshed = await tokens(0).refresh({ refreshToken: ada.refreshToken });
    await apps[1]!.get(TokenBlacklistService).revokeSubject('bob');
    await beforeCrash();
    await redis.nodes[0]!.restart();
    expect(await verdictOn(refreshed.accessToken, 1)).toBe('good');
    expect(await refreshVerdict(refreshed.refreshToken, 0)).toBe('refreshed');
    expect(await verdictOn(bob.accessToken, 0)).toBe('invalid_token');
  });

  it.each([
    ['alone', () => startStandalone({ config: SNAPSHOTS })],
    ['a Cluster', () => startCluster({ config: CLUSTER_SNAPSHOTS })],
  ])(
    'is not believed when a client of the host asks again, by itself, what was not answered before the crash: %s',
    async (_what, launch) => {
      const server = await launch();
      await startOn(server);
      const client = await server.connect();
      apps.push(await startInstance({ client }));
      const ada = await login('ada', 2);
      await Promise.all(redis.nodes.map((node) => node.command('save')));
      await apps[2]!.get(TokenBlacklistService).revokeSubject('ada');
      await server.hang();
      const verdict = Promise.resolve(tokens(2).verify(ada.accessToken)).then(
        () => 'good',
        (error: { code: string }) => error.code,
      );
      await server.restart();
      expect(['store_unavailable', 'invalid_token']).toContain(await verdict);
      expect(await verdictOn(ada.accessToken, 2)).toBe('invalid_token');
    },
  );

  it('as one master of a Cluster, from a snapshot, revives no token', async () => {
    await startOn(await startCluster({ config: CLUSTER_SNAPSHOTS }));
    const logins = await Promise.all(Array.from({ length: 12 }, (_, at) => login(`user-${at}`)));
    await Promise.all(redis.nodes.map((node) => node.command('save')));
    const blacklist = apps[0]!.get(TokenBlacklistService);
    for (const { principal } of logins) await blacklist.revokeSubject(principal.subject);
    await redis.nodes[0]!.restart();
    for (const { accessToken, refreshToken } of logins) {
      expect(await verdictOn(accessToken, 0)).toBe('invalid_token');
      expect(await verdictOn(accessToken, 1)).toBe('invalid_token');
      expect(await refreshVerdict(refreshToken, 1)).toBe('invalid_grant');
    }
    expect(await verdictOn((await login('user-0')).accessToken, 1)).toBe('good');
  });

  it('from a snapshot, and says nothing about itself, has everything refused', async () => {
    await start({ ...SNAPSHOTS, user: 'default on nopass ~* &* +@all -info -config' });
    const ada = await login('ada');
    await snapshot();
    await apps[0]!.get(TokenBlacklistService).revokeSubject('ada');
    await redis.nodes[0]!.restart();
    expect(await verdictOn(ada.accessToken, 0)).toBe('invalid_token');
    expect(await verdictOn((await login('ada')).accessToken, 1)).toBe('good');
  });

  it('was flushed, not restarted: new logins stay', async () => {
    await startOn(aged.alone);
    await untilOld(redis.nodes[0]!);
    const ada = await login('ada');
    await apps[0]!.get(TokenBlacklistService).revokeSubject('bob');
    await redis.nodes[0]!.command('flushall');
    expect(await verdictOn(ada.accessToken, 0)).toBe('invalid_token');
    const again = await login('ada');
    await redis.nodes[0]!.command('client', 'kill', 'type', 'normal');
    expect(await verdictOn(again.accessToken, 0)).toBe('good');
    expect(await verdictOn(again.accessToken, 1)).toBe('good');
  });

  it('as a replica that lagged behind logs nobody out, and what was revoked is refused again', async () => {
    await startOn(aged.sentinel);
    const [ada, bob] = [await login('ada'), await login('bob')];
    const [master, replica] = redis.nodes as [RedisNode, RedisNode];
    await untilOld(replica);
    await untilReplicated(redis.nodes);
    // From here on the replica gets nothing: it names a password that its master doesn't know.
    await replica.command('config', 'set', 'masterauth', 'nonsense');
    await master.command('client', 'kill', 'type', 'replica');
    const refreshed = await tokens(0).refresh({ refreshToken: ada.refreshToken });
    await apps[0]!.get(TokenBlacklistService).revokeSubject('bob');
    await master.kill();
    await until('the replica is promoted', async () => (await currentMaster(aged.sentinel)) === replica);
    expect(await verdictOn(refreshed.accessToken, 0)).toBe('good');
    expect(await refreshVerdict(refreshed.refreshToken, 1)).toBe('refreshed');
    await until('it is made again', async () => (await verdictOn(bob.accessToken, 1)) === 'invalid_token');
  });
});
