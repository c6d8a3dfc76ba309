import { startCluster, startSentinel, startStandalone } from '../../../../test/support/redis/index.js';
import { until } from '../../../../test/support/until.js';
import { openRedis } from './open-redis.js';
import { parseRedisUrl, type RedisAddress } from './redis-url.js';

const address = (url: string): RedisAddress => {
  const parsed = parseRedisUrl(url);
  if (parsed === undefined) throw new Error(`not a Redis URL: ${url}`);
  return parsed;
};

describe('openRedis', () => {
  it.each([
    ['stand-alone', () => startStandalone()],
    ['Cluster', () => startCluster()],
    ['Sentinel', () => startSentinel()],
  ])('connects to %s by its URL', async (_name, start) => {
    const server = await start();
    const connection = await openRedis(address(server.url));
    expect(connection.status).toBe('ready');
    expect(await connection.call('set', '{a}:x', '1')).toBe('OK');
    expect(await connection.call('get', '{a}:x')).toBe('1');
    connection.disconnect();
    await server.stop();
  });

  it('sends a password and selects a database', async () => {
    const server = await startStandalone({ config: { requirepass: 'p@ss' } });
    const port = new URL(server.url).port;
    const connection = await openRedis(address(`redis://:p%40ss@127.0.0.1:${port}/3`));
    expect(String(await connection.call('client', 'info'))).toContain('db=3');
    connection.disconnect();
    await server.stop();
  });

  it('comes back by itself when the server does', async () => {
    const server = await startStandalone();
    const connection = await openRedis(address(server.url));
    await server.nodes[0]!.kill();
    await until('the connection is lost', () => connection.status !== 'ready');
    await expect(connection.call('get', 'x')).rejects.toThrow(/enableOfflineQueue/);
    await server.nodes[0]!.restart();
    await until('the connection is back', () => connection.status === 'ready');
    expect(await connection.call('get', 'x')).toBeNull();
    connection.disconnect();
    await server.stop();
  });

  // ioredis waits for two seconds, and a shutdown whose Redis went first takes as long.
  it('[11-F] keeps the process for a moment only after its end', async () => {
    const server = await startStandalone();
    const connection = await openRedis(address(server.url));
    expect(connection).toMatchObject({ options: { disconnectTimeout: 100 } });
    connection.disconnect();
    await server.stop();
  });
});
