import { once } from 'node:events';
import type { Cluster, ClusterOptions, Redis, RedisOptions as IoRedisOptions } from 'ioredis';
import type { RedisConnection } from './redis-connection.js';
import type { RedisAddress } from './redis-url.js';

const CONNECT_TIMEOUT_MS = 2000;

/**
 * Opens a connection of our own. ioredis' defaults are hostile to a guard on the request path (offline queue, 20
 * retries, no command timeout): here a command is sent now or refused now, and reconnecting goes on behind the scenes.
 */
export async function openRedis(address: RedisAddress): Promise<RedisConnection> {
  const client = await createClient(address);
  // ioredis reconnects by itself; without a listener an 'error' would end the process.
  client.on('error', () => {});
  await readyOrLate(client);
  return client;
}

async function createClient(address: RedisAddress): Promise<Redis | Cluster> {
  const ioredis = await import('ioredis');
  const options = nodeOptions(address);
  const [node] = address.nodes;
  switch (address.topology) {
    case 'standalone':
      return new ioredis.Redis({ ...options, ...node, db: address.database ?? 0 });
    case 'sentinel':
      return new ioredis.Redis({ ...options, ...sentinelOptions(address), db: address.database ?? 0 });
    case 'cluster':
      return new ioredis.Cluster([...address.nodes], clusterOptions(options));
  }
}

/** Waits for the first connection, but not for ever: an app whose Redis is down boots and answers 503 meanwhile. */
async function readyOrLate(client: Redis | Cluster): Promise<void> {
  const late = AbortSignal.timeout(CONNECT_TIMEOUT_MS);
  client.connect().catch(() => {});
  await once(client, 'ready', { signal: late }).catch(() => {});
}

function nodeOptions({ username, password, tls }: RedisAddress) {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: reconnectDelayMs,
    // After a failover an old master answers READONLY: reconnecting finds the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  } satisfies IoRedisOptions;
}

function sentinelOptions({ nodes, masterName, tls }: RedisAddress) {
  return {
    sentinels: [...nodes],
    ...(masterName !== undefined && { name: masterName }),
    ...(tls && { enableTLSForSentinelMode: true }),
    sentinelRetryStrategy: reconnectDelayMs,
    failoverDetector: true,
  } satisfies IoRedisOptions;
}

function clusterOptions({
  lazyConnect,
  enableOfflineQueue,
  ...redisOptions
}: ReturnType<typeof nodeOptions>) {
  return {
    lazyConnect,
    enableOfflineQueue,
    redisOptions,
    clusterRetryStrategy: reconnectDelayMs,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    slotsRefreshTimeout: 2000,
  } satisfies ClusterOptions;
}

/** Delay before the n-th reconnect: 50 ms doubling to 2 s. */
function reconnectDelayMs(attempt: number): number {
  return Math.min(2000, 50 * 2 ** Math.min(attempt - 1, 10));
}
