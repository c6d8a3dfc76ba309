import { Redis } from 'ioredis';
import { until } from '../until.js';
import { RedisFixture } from './redis-fixture.js';
import { RedisNode } from './redis-node.js';
import { IN_MEMORY, type RedisClientOptions } from './standalone.js';

const MASTER_NAME = 'gatehouse';

export type SentinelRedis = RedisFixture<Redis, RedisClientOptions>;

/** Size of a sentinel set-up. */
export interface SentinelSize {
  replicas?: number;
  sentinels?: number;
}

/** Starts a master with replicas, watched by sentinels that fail over in 1-2 s; `nodes[0]` is the first master. */
export async function startSentinel(size: SentinelSize = {}): Promise<SentinelRedis> {
  const { replicas: replicaCount = 1, sentinels: sentinelCount = 1 } = size;
  const master = await RedisNode.start(() => IN_MEMORY);
  const replicas = await startMany(replicaCount, () => startReplica(master));
  const sentinels = await startMany(sentinelCount, () => startWatcher(master, sentinelCount));
  await Promise.all(sentinels.map((sentinel) => untilInformed(sentinel, replicaCount, sentinelCount)));
  const addresses = sentinels.map((sentinel) => sentinel.address).join(',');
  return new RedisFixture({
    url: `redis+sentinel://${addresses}/${MASTER_NAME}`,
    nodes: [master, ...replicas],
    sentinels,
    open: (options) =>
      new Redis({
        sentinels: sentinels.map(({ host, port }) => ({ host, port })),
        name: MASTER_NAME,
        sentinelRetryStrategy: () => 100,
        ...options,
      }),
  });
}

/** The node the sentinels hold for the master at the moment. */
export async function currentMaster(fixture: SentinelRedis): Promise<RedisNode> {
  const [sentinel] = fixture.sentinels;
  const address = await sentinel?.command('sentinel', 'get-master-addr-by-name', MASTER_NAME);
  const port = Number((address as string[])[1]);
  const master = fixture.nodes.find((node) => node.port === port);
  if (master === undefined) throw new Error(`The sentinels name an unknown master: ${String(address)}`);
  return master;
}

function startMany(count: number, start: () => Promise<RedisNode>): Promise<RedisNode[]> {
  return Promise.all(Array.from({ length: count }, start));
}

async function startReplica(master: RedisNode): Promise<RedisNode> {
  const replica = await RedisNode.start(() => ({ ...IN_MEMORY, replicaof: `${master.host} ${master.port}` }));
  await until(`${replica.address} follows its master`, async () => {
    return String(await replica.command('info', 'replication')).includes('master_link_status:up');
  });
  return replica;
}

function startWatcher(master: RedisNode, sentinelCount: number): Promise<RedisNode> {
  const quorum = Math.floor(sentinelCount / 2) + 1;
  const config = {
    'sentinel monitor': `${MASTER_NAME} ${master.host} ${master.port} ${quorum}`,
    'sentinel down-after-milliseconds': `${MASTER_NAME} 500`,
    'sentinel failover-timeout': `${MASTER_NAME} 2000`,
  };
  return RedisNode.start(() => config, ['--sentinel']);
}

async function untilInformed(sentinel: RedisNode, replicas: number, sentinels: number): Promise<void> {
  await until(`sentinel ${sentinel.address} knows replicas and other sentinels`, async () => {
    const reply = (await sentinel.command('sentinel', 'master', MASTER_NAME)) as
      string[] | Record<string, string>;
    const facts = Array.isArray(reply) ? pairs(reply) : reply;
    return facts['num-slaves'] === String(replicas) && facts['num-other-sentinels'] === String(sentinels - 1);
  });
}

function pairs(flat: readonly string[]): Record<string, string> {
  const record: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2)
    record[String(flat[index])] = String(flat[index + 1]);
  return record;
}
