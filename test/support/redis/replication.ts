import { until } from '../until.js';
import type { RedisNode } from './redis-node.js';

/** Waits until every replica has what its master has, so that a failover loses nothing. (WAIT only knows its own connection's writes.) */
export async function untilReplicated(nodes: readonly RedisNode[]): Promise<void> {
  await until('the replicas have caught up', async () => {
    const states = await Promise.all(nodes.map(replicationOf));
    const masters = new Map(states.map((state, index) => [String(nodes[index]?.port), state]));
    return states
      .filter((state) => state['role'] === 'slave')
      .every((replica) => {
        const master = masters.get(replica['master_port'] ?? '');
        return replica['slave_repl_offset'] === master?.['master_repl_offset'];
      });
  });
}

async function replicationOf(node: RedisNode): Promise<Readonly<Record<string, string>>> {
  const info = String(await node.command('info', 'replication'));
  return Object.fromEntries(info.split('\r\n').map((line) => line.split(':') as [string, string]));
}
