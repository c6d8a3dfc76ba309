import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Warnings } from '../../../../../test/support/app/warnings.js';
import { readOnly, type Stage, startStage } from '../../../../../test/support/redis/faults/index.js';
import { until } from '../../../../../test/support/until.js';
import { GuardedRedis } from '../guarded-redis.js';
import { KeySpace } from '../key-space.js';
import { openRedis } from '../open-redis.js';
import type { RedisConnection } from '../redis-connection.js';
import { parseRedisUrl } from '../redis-url.js';

const WRITES = 100;
// A client that leaves with each answer adds a listener to its socket for each.
const AT_ONCE = 5;
// As the documents say.
const OF_HOST = {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  reconnectOnError: (error: Error) => error.message.includes('READONLY'),
  socketTimeout: 2000,
};

describe('a server that takes no writes, and will not for long', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage('standalone');
  });
  afterAll(() => stage.stop());

  it.each<[string, (url: string) => RedisConnection | Promise<RedisConnection>]>([
    ['of ours', (url) => openRedis(parseRedisUrl(url)!)],
    ['of the host', (url) => new Redis(url, OF_HOST)],
  ])('is one line, though a client %s leaves it again and again', async (_whose, connect) => {
    const log = new Warnings();
    Logger.overrideLogger(log);
    const connection = await connect(stage.url);
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: 5_000 });
    await redis.call('set', 'a', 'one');
    const fault = readOnly();
    await fault.begin(stage);
    let left = 0;
    connection.on('close', () => (left += 1));
    await until('it was left twice', async () => {
      const writes = Array.from({ length: AT_ONCE }, () => redis.call('set', 'a', 'two'));
      await Promise.allSettled([...writes, redis.values(['a'])]);
      return left > 1;
    });
    expect(log.lines).toEqual([expect.stringContaining("can't be used: READONLY: ")]);
    await fault.end(stage);
    redis.close();
    connection.disconnect();
    Logger.overrideLogger(['error']);
  });

  it('is an outage as well when it ends', async () => {
    const log = new Warnings();
    Logger.overrideLogger(log);
    const connection = await openRedis(parseRedisUrl(stage.url)!);
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: 5_000 });
    const fault = readOnly();
    await fault.begin(stage);
    await redis.call('set', 'a', 'two').catch(() => {});
    await stage.nodes[0]!.kill();
    await until('that is told', async () => {
      await redis.call('get', 'a').catch(() => {});
      return log.lines.length > 1;
    });
    expect(log.lines).toEqual([
      expect.stringContaining('READONLY'),
      expect.stringContaining('no connection (connect ECONNREFUSED'),
    ]);
    redis.close();
    connection.disconnect();
    Logger.overrideLogger(['error']);
    await stage.nodes[0]!.restart();
  });

  it('is left once a second at most, and goes on answering reads', async () => {
    const connection = await openRedis(parseRedisUrl(stage.url)!);
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: 5_000 });
    await redis.call('set', 'a', 'one');
    const fault = readOnly();
    await fault.begin(stage);
    let connects = 0;
    connection.on('connect', () => (connects += 1));
    const begunAt = performance.now();
    for (let write = 0; write < WRITES; write++) {
      await expect(redis.call('set', 'a', 'two')).rejects.toMatchObject({ code: 'store_unavailable' });
      await until('it is read', async () => (await redis.values(['a']).catch(() => []))[0] === 'one');
    }
    const seconds = (performance.now() - begunAt) / 1000;
    // Otherwise each write is one.
    expect(connects).toBeLessThanOrEqual(1 + Math.floor(seconds));
    await fault.end(stage);
    await until('it is written', async () => (await redis.call('set', 'a', 'two').catch(() => '')) === 'OK');
    redis.close();
    connection.disconnect();
  });
});
