import { Cluster, type ClusterOptions } from 'ioredis';
import { until } from '../until.js';
import { accessTo, guardedBy, type ServerGuard } from './guarded-server.js';
import { ENDS_AT_ONCE, RedisFixture } from './redis-fixture.js';
import { RedisNode, type RedisConfig } from './redis-node.js';
import { IN_MEMORY, type RedisClientOptions } from './standalone.js';

const SLOTS = 16_384;

export type ClusterClientOptions = ClusterOptions & { redisOptions?: RedisClientOptions };
export type ClusterRedis = RedisFixture<Cluster, ClusterClientOptions>;

/** Size of a cluster. */
export interface ClusterSize {
  masters?: number;
  /** Replicas of each master; they follow the masters in `nodes`. */
  replicas?: number;
  config?: RedisConfig;
  guard?: ServerGuard;
}

/** Starts a cluster whose slots are spread evenly, and waits until each node finds it complete. */
export async function startCluster(size: ClusterSize = {}): Promise<ClusterRedis> {
  const { masters: masterCount = 3, replicas = 0 } = size;
  const nodes = await Promise.all(
    Array.from({ length: masterCount * (1 + replicas) }, () => startMember(size)),
  );
  const masters = nodes.slice(0, masterCount);
  await Promise.all(masters.map((master, index) => assignSlots(master, index, masterCount)));
  await introduce(nodes);
  await attachReplicas(masters, nodes.slice(masterCount));
  return new RedisFixture({
    url: `redis${size.guard?.tls === undefined ? '' : 's'}+cluster://${nodes.map((node) => node.address).join(',')}`,
    nodes,
    open: (options) =>
      new Cluster(
        nodes.map(({ host, port }) => ({ host, port })),
        {
          ...options,
          redisOptions: { ...accessTo(size.guard ?? {}), ...ENDS_AT_ONCE, ...options?.redisOptions },
        },
      ),
  });
}

function startMember({ config, guard = {} }: ClusterSize): Promise<RedisNode> {
  return RedisNode.start(
    (port, folder) => ({
      ...IN_MEMORY,
      'cluster-enabled': 'yes',
      'cluster-node-timeout': '1000',
      ...guardedBy(guard, port, folder),
      ...(guard.tls !== undefined && { 'tls-cluster': 'yes' }),
      ...config,
    }),
    [],
    accessTo(guard),
  );
}

async function assignSlots(master: RedisNode, index: number, masterCount: number): Promise<void> {
  const first = Math.floor((index * SLOTS) / masterCount);
  const last = Math.floor(((index + 1) * SLOTS) / masterCount) - 1;
  await master.command('cluster', 'set-config-epoch', index + 1);
  await master.command('cluster', 'addslotsrange', first, last);
}

async function introduce(nodes: readonly RedisNode[]): Promise<void> {
  const [first, ...others] = nodes;
  if (first === undefined) throw new Error('A cluster needs a master');
  for (const other of others) await first.command('cluster', 'meet', other.host, other.port);
  await Promise.all(nodes.map((node) => untilComplete(node, nodes.length)));
}

async function untilComplete(node: RedisNode, size: number): Promise<void> {
  await until(`${node.address} sees a complete cluster`, async () => {
    const info = String(await node.command('cluster', 'info'));
    const hasMetAll = !String(await node.command('cluster', 'nodes')).includes('handshake');
    return hasMetAll && info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${size}`);
  });
}

async function attachReplicas(masters: readonly RedisNode[], replicas: readonly RedisNode[]): Promise<void> {
  const ids = await Promise.all(masters.map((master) => master.command('cluster', 'myid')));
  await Promise.all(
    replicas.map(async (replica, index) => {
      await replica.command('cluster', 'replicate', String(ids[index % ids.length]));
      await until(`${replica.address} follows its master`, async () => {
        return String(await replica.command('info', 'replication')).includes('master_link_status:up');
      });
    }),
  );
}
