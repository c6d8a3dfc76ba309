import { RedisFixture, startCluster, startSentinel, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { openRedis } from '../../libs/auth/src/redis/open-redis.js';
import type { RedisConnection } from '../../libs/auth/src/redis/redis-connection.js';
import { parseRedisUrl } from '../../libs/auth/src/redis/redis-url.js';

// A Cluster client that was ended while it looked for its nodes goes no further than `disconnecting`.
const ENDED = ['end', 'disconnecting'];

type Server = Pick<RedisFixture<never, never>, 'url' | 'kill' | 'restart' | 'stop'>;

describe.each<[string, () => Promise<Server>]>([
  ['stand-alone', () => startStandalone()],
  ['Sentinel', () => startSentinel()],
  ['Cluster', () => startCluster()],
])('a connection of our own to %s', (_name, start) => {
  let server: Server;
  let connection: RedisConnection;
  let redis: GuardedRedis;

  beforeAll(async () => {
    server = await start();
  }, 60_000);
  beforeEach(async () => {
    connection = await openRedis(parseRedisUrl(server.url)!);
    redis = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: 1_000 });
    expect(connection.status).toBe('ready');
  });
  afterEach(() => {
    redis.close();
    connection.disconnect();
  });
  afterAll(() => server.stop());

  const answers = (): Promise<void> =>
    until('Redis answers', async () => (await redis.call('get', '{a}:x')) === null, 20_000);

  const untilEnded = (): Promise<void> =>
    until('it has ended', () => ENDED.includes(connection.status), 20_000);

  async function lose(): Promise<void> {
    await server.kill();
    await until(
      'calls are refused',
      () =>
        redis.call('get', '{a}:x').then(
          () => false,
          () => true,
        ),
      20_000,
    );
    // A Cluster client goes on as long as it hasn't tried all nodes.
    if (connection.isCluster !== true)
      await until('it reconnects', () => connection.status === 'reconnecting', 20_000);
  }

  it('answers the call that wakes it, and all that come with it', async () => {
    redis.rest();
    const calls = Array.from({ length: 3 }, () => redis.call('get', '{a}:x'));
    expect(await Promise.all(calls)).toEqual([null, null, null]);
  });

  it('stays ended while it rests, and is ready when it was woken', async () => {
    redis.rest();
    await untilEnded();
    await redis.wake();
    expect(connection.status).toBe('ready');
    redis.rest();
    await redis.wake();
    expect(connection.status).toBe('ready');
    expect(await redis.call('get', '{a}:x')).toBeNull();
  });

  it('comes back with the server, when it rested while that was away', async () => {
    await lose();
    redis.rest();
    await redis.wake();
    await server.restart();
    await answers();
    // What ioredis remembers of the rest must not end the next connection.
    await lose();
    await server.restart();
    await answers();
  });

  it('comes back when it was woken after the server had', async () => {
    await lose();
    redis.rest();
    await server.restart();
    await redis.wake();
    await answers();
    await lose();
    await server.restart();
    await answers();
  });

  it('has copies that rest, wake and last as it does', async () => {
    let subscribed = 0;
    redis.follow('{a}:news', () => (subscribed += 1));
    await until('it is subscribed', () => subscribed === 1, 20_000);
    redis.rest();
    await redis.wake();
    await until('it is subscribed again', () => subscribed === 2, 20_000);
    await lose();
    redis.rest();
    await redis.wake();
    await server.restart();
    await until('it is subscribed once more', () => subscribed === 3, 20_000);
  });

  it('is not woken any more once it is closed', async () => {
    redis.rest();
    redis.close();
    await untilEnded();
    await redis.wake();
    await expect(redis.call('get', '{a}:x')).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(ENDED).toContain(connection.status);
  });
});
