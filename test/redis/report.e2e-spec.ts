import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Warnings } from '../support/app/warnings.js';
import { startCluster, startSentinel, startStandalone } from '../support/redis/index.js';
import { selfSigned } from '../support/tls/self-signed.js';
import { until } from '../support/until.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { openRedis } from '../../libs/auth/src/redis/open-redis.js';
import type { RedisConnection } from '../../libs/auth/src/redis/redis-connection.js';
import { parseRedisUrl } from '../../libs/auth/src/redis/redis-url.js';
import { type RedisReport, reportOn } from '../../libs/auth/src/stores/redis-report.js';

const careful = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  reconnectOnError: (error: Error) => error.message.includes('READONLY'),
  socketTimeout: 2000,
};
const guard = { password: 'right' };
const tls = selfSigned('redis', ['127.0.0.1']);
const AWAY = 'redis://127.0.0.1:1';

describe('the report on Redis', () => {
  const connections: RedisConnection[] = [];
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.disconnect();
  });

  const reportTo = (lines: string[], { signal: end } = new AbortController()): RedisReport => ({
    uses: { copies: false, managedKeys: true, apiKeys: false },
    warn: (line) => void lines.push(line),
    end,
  });
  const opened = <Connection extends RedisConnection>(connection: Connection): Connection => {
    connection.on('error', () => {});
    connections.push(connection);
    return connection;
  };

  async function reportOf(connection: RedisConnection): Promise<string[]> {
    const lines: string[] = [];
    const redis = new GuardedRedis(opened(connection), { keySpace: new KeySpace('t'), deadlineMs: 5000 });
    await reportOn(redis, reportTo(lines));
    return lines;
  }

  it('waits for a client that was made a moment ago', async () => {
    const server = await startStandalone();
    await server.nodes[0]!.command('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    expect(await reportOf(new Redis(server.url, careful))).toEqual([
      expect.stringMatching(/^maxmemory-policy of Redis is allkeys-lru/),
    ]);
    await server.stop();
  });

  it('goes on with the first `ready` of a server that comes later, and says each thing once', async () => {
    const server = await startStandalone({ config: { 'maxmemory-policy': 'allkeys-lru' } });
    await server.kill();
    const client = opened(new Redis(server.url, { ...careful, retryStrategy: () => 20 }));
    const lines = await reportOf(client);
    expect(lines).toEqual([expect.stringContaining('not reachable yet;')]);
    await server.restart();
    await until('it is told', () => lines.length === 2);
    await server.restart();
    await until('it is ready again', () => client.status === 'ready');
    await client.ping();
    expect(lines[1]).toContain('maxmemory-policy');
    expect(lines).toHaveLength(2);
    await server.stop();
  });

  it.each([
    ['a server that is away', AWAY, /\(connect ECONNREFUSED 127\.0\.0\.1:1\)/],
    ['nodes that are away', 'redis+cluster://127.0.0.1:1', /\(connect ECONNREFUSED 127\.0\.0\.1:1\)/],
    ['sentinels that are away', 'redis+sentinel://127.0.0.1:1/m', /\(connect ECONNREFUSED 127\.0\.0\.1:1\)/],
  ])('says why %s is not reachable', async (_what, url, expected) => {
    expect(await reportOf(await openRedis(parseRedisUrl(url)!))).toEqual([expect.stringMatching(expected)]);
  });

  it('is the one line of an outage that the boot finds, whatever is refused later', async () => {
    const log = new Warnings();
    Logger.overrideLogger(log);
    const connection = opened(await openRedis(parseRedisUrl(AWAY)!));
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace('t'), deadlineMs: 5000 });
    const lines: string[] = [];
    await reportOn(redis, reportTo(lines));
    await expect(redis.call('get', 'x')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect([lines.length, log.lines]).toEqual([1, []]);
    expect([...redis.troubles.known.values()]).toMatchObject([{ isOutage: true, refused: 1 }]);
    redis.close();
    Logger.overrideLogger(['error']);
  });

  it.each<[string, boolean]>([
    ['of the host', false],
    ['of ours', true],
  ])('is the one line of an outage that a call finds before it (a client %s)', async (_whose, isOurs) => {
    const log = new Warnings();
    Logger.overrideLogger(log);
    const client = isOurs ? await openRedis(parseRedisUrl(AWAY)!) : new Redis(AWAY, careful);
    const connection = opened(client);
    const settings = { keySpace: new KeySpace('t'), deadlineMs: 5000, isReportedLater: true };
    const redis = new GuardedRedis(connection, settings);
    await expect(redis.call('get', 'x')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(log.lines).toEqual([]);
    const lines: string[] = [];
    await reportOn(redis, reportTo(lines));
    await expect(redis.call('get', 'x')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect([lines.filter((line) => line.includes('not reachable')).length, log.lines]).toEqual([1, []]);
    expect([...redis.troubles.known.values()]).toMatchObject([{ isOutage: true, refused: 2 }]);
    redis.close();
    Logger.overrideLogger(['error']);
  });

  it('comes with what was found before it, where Redis is reachable', async () => {
    const log = new Warnings();
    Logger.overrideLogger(log);
    const server = await startStandalone();
    const settings = { keySpace: new KeySpace('t'), deadlineMs: 5000, isReportedLater: true };
    const redis = new GuardedRedis(opened(new Redis(server.url, careful)), settings);
    await redis.call('no-such-command').catch(() => {});
    expect(log.lines).toEqual([]);
    await reportOn(redis, reportTo([]));
    expect(log.lines).toEqual([expect.stringMatching(/^Redis can't be used: ERR: /)]);
    redis.close();
    Logger.overrideLogger(['error']);
    await server.stop();
  });

  it('leaves what was found to the end of a boot that fails', async () => {
    const log = new Warnings();
    Logger.overrideLogger(log);
    const settings = { keySpace: new KeySpace('t'), deadlineMs: 5000, isReportedLater: true };
    const redis = new GuardedRedis(opened(new Redis(AWAY, careful)), settings);
    await redis.call('get', 'x').catch(() => {});
    redis.close();
    expect(log.lines).toEqual([expect.stringContaining('ECONNREFUSED')]);
    Logger.overrideLogger(['error']);
  });

  it('waits for nothing after the end of the app, and leaves no listener', async () => {
    const client = opened(new Redis(AWAY, { ...careful, retryStrategy: () => 20 }));
    const counted = () => client.eventNames().map((name) => [name, client.listenerCount(name)]);
    const before = counted();
    for (const isEarly of [true, false]) {
      const lines: string[] = [];
      const app = new AbortController();
      const redis = new GuardedRedis(client, { keySpace: new KeySpace('t'), deadlineMs: 5000 });
      const report = reportOn(redis, reportTo(lines, app));
      if (!isEarly) await report;
      redis.close();
      app.abort();
      await report;
      expect(lines).toHaveLength(isEarly ? 0 : 1);
      await until('no listener is left', () => isDeepStrictEqual(counted(), before));
    }
  });

  it.each<[string, () => Promise<{ url: string; stop(): Promise<void> }>]>([
    ['stand-alone', () => startStandalone({ guard })],
    ['a Cluster', () => startCluster({ guard })],
    ['Sentinel', () => startSentinel({ guard, sentinelGuard: guard })],
    ['a master behind Sentinel', () => startSentinel({ guard })],
  ])('says that %s refused a password, and repeats none', async (_name, start) => {
    const server = await start();
    const address = parseRedisUrl(server.url.replace('//', '//:hunter2@'))!;
    const lines = await reportOf(await openRedis(address));
    expect(lines).toEqual([
      expect.stringMatching(/^Redis is not reachable yet \((WRONGPASS|NOAUTH): [^)]+\);/),
    ]);
    expect(lines.join()).not.toContain('hunter2');
    await server.stop();
  });

  it.each<[string, () => Promise<{ url: string; stop(): Promise<void> }>]>([
    ['stand-alone', () => startStandalone({ guard: { tls } })],
    ['a Cluster', () => startCluster({ guard: { tls } })],
    ['Sentinel', () => startSentinel({ guard: { tls }, sentinelGuard: { tls } })],
  ])('says that the certificate of %s is not trusted', async (_name, start) => {
    const server = await start();
    const lines = await reportOf(await openRedis(parseRedisUrl(server.url)!));
    expect(lines).toEqual([expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT')]);
    await server.stop();
  });
});
