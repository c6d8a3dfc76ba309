import { ConsoleLogger, Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../../../../test/support/redis/index.js';
import { until } from '../../../../test/support/until.js';
import { OpaqueSecret } from '../kernel/opaque-secret.js';
import { parseRedisUrl } from '../redis/redis-url.js';
import type { RedisSettings } from '../redis/redis.settings.js';
import { StoreMedium } from './store-medium.js';

/** Everything that is logged goes here instead of to the terminal. */
class Lines extends ConsoleLogger {
  readonly lines: string[] = [];
  override log(message: string): void {
    this.lines.push(`log ${message}`);
  }
  override warn(message: string): void {
    this.lines.push(`warn ${message}`);
  }
}

const uses = { copies: false, managedKeys: true, apiKeys: false };
const open = (settings: RedisSettings | undefined) => StoreMedium.open(settings, uses);

describe('StoreMedium', () => {
  let server: StandaloneRedis;
  let log: Lines;

  beforeAll(async () => {
    server = await startStandalone();
  });
  beforeEach(() => {
    log = new Lines();
    Logger.overrideLogger(log);
  });
  afterAll(async () => {
    Logger.overrideLogger(['error']);
    await server.stop();
  });

  const settings = (source: RedisSettings['source']): RedisSettings => ({
    source,
    keyPrefix: 'test',
    deadlineMs: 5000,
  });
  const ours = () => settings(parseRedisUrl(server.url)!);

  it('says that memory does not span processes', async () => {
    const medium = await open(undefined);
    await medium.onModuleInit();
    expect(medium.redis).toBeUndefined();
    expect(log.lines).toEqual([expect.stringContaining('do not span processes')]);
    await medium.onApplicationShutdown();
  });

  it.each([
    ['noeviction', []],
    ['allkeys-lru', [expect.stringMatching(/^warn maxmemory-policy of Redis is allkeys-lru/)]],
    ['volatile-ttl', [expect.stringMatching(/^warn maxmemory-policy of Redis is volatile-ttl/)]],
  ])('says of the eviction policy %s what follows from it', async (policy, expected) => {
    await server.nodes[0]!.command('config', 'set', 'maxmemory-policy', policy);
    const medium = await open(ours());
    await medium.onModuleInit();
    expect(log.lines).toEqual(expected);
    await medium.close();
  });

  it.each([
    ['3600 1', 'no', [expect.stringMatching(/^warn Redis keeps snapshots only/)]],
    ['3600 1', 'yes', []],
    ['', 'no', []],
    ['', 'yes', []],
  ])('[10-8] says of save %j with appendonly %s what follows from it', async (save, appendOnly, expected) => {
    const node = server.nodes[0]!;
    await node.command('config', 'set', 'maxmemory-policy', 'noeviction');
    await node.command('config', 'set', 'save', save);
    await node.command('config', 'set', 'appendonly', appendOnly);
    const medium = await open(ours());
    await medium.onModuleInit();
    expect(log.lines).toEqual(expected);
    await medium.close();
    await node.command('config', 'set', 'save', '');
    await node.command('config', 'set', 'appendonly', 'no');
  });

  it('[10-8] says nothing where nobody may read the configuration', async () => {
    const node = server.nodes[0]!;
    await node.command('config', 'set', 'save', '3600 1');
    await node.command('acl', 'setuser', 'app', 'on', '>word', '~*', '&*', '+@all', '-config');
    const { host } = new URL(server.url);
    const medium = await open(settings(parseRedisUrl(`redis://app:word@${host}`)!));
    await medium.onModuleInit();
    expect(log.lines).toEqual([]);
    await medium.close();
    await node.command('config', 'set', 'save', '');
  });

  it('boots without Redis and says so', async () => {
    const medium = await open(settings(parseRedisUrl('redis://127.0.0.1:1')!));
    await medium.onModuleInit();
    expect(log.lines).toEqual([expect.stringContaining('not reachable yet')]);
    await expect(medium.redis!.call('ping')).rejects.toMatchObject({ code: 'store_unavailable' });
    await medium.close();
  });

  it('closes its own connection and the subscribers, once or twice', async () => {
    const medium = await open(ours());
    const subscriber = medium.redis!.follow('test:news', () => {});
    await medium.close();
    await medium.close();
    const connection = medium.redis!.rawConnection();
    await until('both are closed', () => connection.status === 'end' && subscriber.status === 'end');
    expect(medium.redis!.follow('test:news', () => {}).status).toBe('end');
  });

  it('leaves a connection of the host open, but not what it copied of it', async () => {
    const client = new Redis(server.url);
    await client.ping();
    const medium = await open(settings(new OpaqueSecret(client)));
    const subscriber = medium.redis!.follow('test:news', () => {});
    await medium.close();
    expect(await client.ping()).toBe('PONG');
    await until('the copy is closed', () => subscriber.status === 'end');
    client.disconnect();
  });

  it('uses a lazy connection of the host', async () => {
    const client = new Redis(server.url, { lazyConnect: true });
    const medium = await open(settings(new OpaqueSecret(client)));
    await medium.onModuleInit();
    expect(await medium.redis!.call('ping')).toBe('PONG');
    client.disconnect();
    await medium.close();
  });
});
