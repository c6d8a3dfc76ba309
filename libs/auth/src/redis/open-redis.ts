import { once } from 'node:events';
import type { Cluster, Redis } from 'ioredis';
import { withinDeadline } from '../kernel/deadline.js';
import { lasting } from './lasting.js';
import {
  clusterOptions,
  CONNECT_TIMEOUT_MS,
  nodeOptions,
  sentinelOptions,
} from './opening/client-options.js';
import { withHeardAsking } from './opening/heard-asking.js';
import { explaining, type OwnConnection } from './opening/unreachable.js';
import type { RedisAddress } from './redis-url.js';

/**
 * Opens a connection of our own. By default ioredis queues commands while it is offline and retries them 20 times, so a
 * request would hang. Here a command is sent or refused at once, and ioredis reconnects in the background.
 */
export async function openRedis(address: RedisAddress): Promise<OwnConnection> {
  const client = await createClient(address);
  const connection = explaining(lasting(client), address);
  await readyOrLate(client);
  return connection;
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
      return withHeardAsking(new ioredis.Cluster([...address.nodes], clusterOptions(options)));
  }
}

/** Waits for the first connection, but not for ever: an app whose Redis is down boots and answers 503 meanwhile. */
async function readyOrLate(client: Redis | Cluster): Promise<void> {
  client.connect().catch(() => {});
  const late = (): Error => new Error('Redis is not reachable yet');
  await withinDeadline(() => once(client, 'ready'), CONNECT_TIMEOUT_MS, late).catch(() => {});
}
