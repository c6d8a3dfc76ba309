import { Redis } from 'ioredis';
import { until } from '../until.js';
import { accessTo, guardedBy, type ServerGuard } from './guarded-server.js';
import { ENDS_AT_ONCE, RedisFixture } from './redis-fixture.js';
import { type RedisConfig, RedisNode } from './redis-node.js';
import { IN_MEMORY, type RedisClientOptions } from './standalone.js';

/** What the sentinels call the master. */
export const MASTER_NAME = 'gatehouse';

export type SentinelRedis = RedisFixture<Redis, RedisClientOptions>;

/** Size of a sentinel set-up. */
export interface SentinelSize {
  replicas?: number;
  sentinels?: number;
  /** What the servers ask for. */
  guard?: ServerGuard;
  /** What the sentinels ask for. */
  sentinelGuard?: ServerGuard;
}

/** Starts a master with replicas, watched by sentinels that fail over in 2-3 s; `nodes[0]` is the first master. */
export async function startSentinel(size: SentinelSize = {}): Promise<SentinelRedis> {
  const { replicas: replicaCount = 1, sentinels: sentinelCount = 1, guard = {}, sentinelGuard = {} } = size;
  const isTls = guard.tls !== undefined;
  const master = await startServer(guard);
  const replicas = await startMany(replicaCount, () => startReplica(master, guard));
  const sentinels = await startMany(sentinelCount, () => startWatcher(master, size));
  await Promise.all(sentinels.map((sentinel) => untilInformed(sentinel, replicaCount, sentinelCount)));
  const addresses = sentinels.map((sentinel) => sentinel.address).join(',');
  return new RedisFixture({
    url: `redis${isTls ? 's' : ''}+sentinel://${addresses}/${MASTER_NAME}`,
    nodes: [master, ...replicas],
    sentinels,
    open: (options) =>
      new Redis({
        sentinels: sentinels.map(({ host, port }) => ({ host, port })),
        name: MASTER_NAME,
        ...accessTo(guard),
        ...sentinelAccess(sentinelGuard),
        enableTLSForSentinelMode: isTls,
        sentinelRetryStrategy: () => 100,
        ...ENDS_AT_ONCE,
        ...options,
      }),
  });
}

/** The node the sentinels hold for the master at the moment. */
export async function currentMaster(fixture: Pick<SentinelRedis, 'nodes' | 'sentinels'>): Promise<RedisNode> {
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

function startServer(guard: ServerGuard, config: RedisConfig = {}): Promise<RedisNode> {
  return RedisNode.start(
    (port, folder) => ({ ...IN_MEMORY, ...guardedBy(guard, port, folder), ...config }),
    [],
    accessTo(guard),
  );
}

async function startReplica(master: RedisNode, guard: ServerGuard): Promise<RedisNode> {
  const replica = await startServer(guard, { replicaof: `${master.host} ${master.port}` });
  await until(`${replica.address} follows its master`, async () => {
    return String(await replica.command('info', 'replication')).includes('master_link_status:up');
  });
  return replica;
}

function startWatcher(master: RedisNode, size: SentinelSize): Promise<RedisNode> {
  const { sentinels = 1, guard = {}, sentinelGuard = {} } = size;
  const quorum = Math.floor(sentinels / 2) + 1;
  const config = {
    'sentinel monitor': `${MASTER_NAME} ${master.host} ${master.port} ${quorum}`,
    // On a busy machine a server that lives may be late by half a second.
    'sentinel down-after-milliseconds': `${MASTER_NAME} 1500`,
    'sentinel failover-timeout': `${MASTER_NAME} 2000`,
    ...(guard.password !== undefined && { 'sentinel auth-pass': `${MASTER_NAME} ${guard.password}` }),
  };
  return RedisNode.start(
    (port, folder) => ({ ...guardedBy(sentinelGuard, port, folder), ...config }),
    ['--sentinel'],
    accessTo(sentinelGuard),
  );
}

function sentinelAccess(guard: ServerGuard) {
  const { password, tls } = accessTo(guard);
  return { ...(password && { sentinelPassword: password }), ...(tls && { sentinelTLS: tls }) };
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
