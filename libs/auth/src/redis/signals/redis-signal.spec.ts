import { startCluster, startSentinel, startStandalone } from '../../../../../test/support/redis/index.js';
import { until } from '../../../../../test/support/until.js';
import { GuardedRedis } from '../guarded-redis.js';
import { KeySpace } from '../key-space.js';
import { openRedis } from '../open-redis.js';
import type { RedisConnection } from '../redis-connection.js';
import { RedisSignal } from './redis-signal.js';
import { parseRedisUrl } from '../redis-url.js';

const topologies = [
  { topology: 'stand-alone', start: startStandalone },
  { topology: 'Cluster', start: startCluster },
  { topology: 'Sentinel', start: startSentinel },
];

describe.each(topologies)('RedisSignal over a connection of our own to $topology Redis', ({ start }) => {
  let server: Awaited<ReturnType<typeof start>>;
  let connection: RedisConnection;
  let signal: RedisSignal;
  let signals = 0;

  beforeAll(async () => {
    server = await start();
    connection = await openRedis(parseRedisUrl(server.url)!);
    const redis = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: 5000 });
    signal = new RedisSignal(redis, 'spec');
  }, 60_000);
  afterAll(async () => {
    signal.close();
    connection.disconnect();
    await server.stop();
  });

  it('calls its follower once it is connected, and for each signal', async () => {
    signal.follow(() => {
      signals += 1;
    });
    await until('the follower is connected', () => signals > 0);
    const before = signals;
    await signal.send();
    await until('the signal arrived', () => signals > before);
  });

  it('reaches its follower again after a lost connection', async () => {
    await server.kill();
    await server.restart();
    const before = signals;
    await until('a signal arrives again', async () => {
      await signal.send();
      return signals > before;
    });
  }, 60_000);
});
