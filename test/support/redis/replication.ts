import { until } from '../until.js';
import type { RedisNode } from './redis-node.js';

/** Waits until every replica has what its master has, so that a failover loses nothing. (WAIT only knows its own connection's writes.) */
export async function untilReplicated(nodes: readonly RedisNode[]): Promise<void> {
  await until('the replicas have caught up', () => isReplicated(nodes));
}

/**
 * {@link untilReplicated}, and for a moment longer the master acknowledges no write: what an app writes in the background
 * between the wait and the loss of the master would now and then be lost with it.
 */
export async function standStill(master: RedisNode, nodes: readonly RedisNode[]): Promise<void> {
  await untilReplicated(nodes);
  await until('the replicas have what the master acknowledged', async () => {
    // Not for longer: what a sentinel publishes waits as well, and with it what it asks.
    await master.command('client', 'pause', 500, 'write');
    const pausedAt = performance.now();
    return (await isReplicated(nodes)) && performance.now() - pausedAt < 300;
  });
}

/** From here on a master refuses writes (NOREPLICAS), and its replicas have all that it acknowledged, until {@link takeWrites}. */
export async function refuseWrites(master: RedisNode, nodes: readonly RedisNode[]): Promise<void> {
  await master.command('config', 'set', 'min-replicas-to-write', 1_000);
  await untilReplicated(nodes);
}

/** Ends {@link refuseWrites}. */
export async function takeWrites(master: RedisNode): Promise<void> {
  await master.command('config', 'set', 'min-replicas-to-write', 0);
}

async function isReplicated(nodes: readonly RedisNode[]): Promise<boolean> {
  const states = await Promise.all(nodes.map(replicationOf));
  const masters = new Map(states.map((state, index) => [String(nodes[index]?.port), state]));
  const replicas = states.filter((state) => state['role'] === 'slave');
  return replicas.length > 0 && replicas.every((replica) => hasCaughtUp(replica, masters));
}

type Replication = Readonly<Record<string, string>>;

function hasCaughtUp(replica: Replication, masters: ReadonlyMap<string, Replication>): boolean {
  const master = masters.get(replica['master_port'] ?? '');
  return (
    replica['master_link_status'] === 'up' && replica['slave_repl_offset'] === master?.['master_repl_offset']
  );
}

async function replicationOf(node: RedisNode): Promise<Replication> {
  const info = String(await node.command('info', 'replication'));
  return Object.fromEntries(info.split('\r\n').map((line) => line.split(':') as [string, string]));
}
