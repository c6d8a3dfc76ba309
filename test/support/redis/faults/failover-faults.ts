import { until } from '../../until.js';
import type { RedisNode } from '../redis-node.js';
import { refuseWrites, standStill, takeWrites, untilReplicated } from '../replication.js';
import { currentMaster, MASTER_NAME } from '../sentinel.js';
import { masterOf, mastersOf, replicasOf, slotOf } from './cluster-slots.js';
import type { Fault } from './fault.js';

/** How a master is lost, and comes back. */
const losses = {
  killed: { begin: (node: RedisNode) => node.kill(), end: (node: RedisNode) => node.restart() },
  hung: { begin: (node: RedisNode) => node.hang(), end: (node: RedisNode) => node.resume() },
};

type Loss = keyof typeof losses;

/** The master is lost; at the end the sentinels have promoted the replica, and the old master is back as its replica. */
export function sentinelMasterLost(loss: Loss): Fault {
  let master: RedisNode;
  return {
    name: `master ${loss} (Sentinel)`,
    media: ['sentinel'],
    begin: async (stage) => {
      master = await currentMaster(stage);
      await standStill(master, stage.nodes);
      await losses[loss].begin(master);
    },
    end: async (stage) => {
      await until('the replica is promoted', async () => (await currentMaster(stage)) !== master);
      await losses[loss].end(master);
      await demote(master, await currentMaster(stage));
    },
  };
}

/**
 * The operator ordered a failover: until the sentinels turn the old master into a replica, it goes on as a second master.
 * @param losesNothing the old master takes no writes meanwhile, which would be lost
 */
export function sentinelFailover({ losesNothing = false } = {}): Fault {
  let master: RedisNode;
  return {
    name: 'failover ordered (Sentinel)',
    media: ['sentinel'],
    begin: async (stage) => {
      master = await currentMaster(stage);
      await (losesNothing ? refuseWrites(master, stage.nodes) : untilReplicated(stage.nodes));
      // Refused with NOGOODSLAVE for a moment after the last one.
      await until('the sentinel obeys', async () => {
        return (await stage.sentinels[0]?.command('sentinel', 'failover', MASTER_NAME)) === 'OK';
      });
      await until('the replica is promoted', async () => (await currentMaster(stage)) !== master);
    },
    end: async (stage) => {
      await demote(master, await currentMaster(stage));
      await takeWrites(master);
    },
  };
}

/**
 * The master of a key is lost; at the end its replica has been promoted. One that hung is back as a replica then; one that was
 * killed stays away: it would come back empty, as a master until it has heard of the other one.
 */
export function clusterMasterLost(loss: Loss, pattern: string): Fault {
  let master: RedisNode;
  return {
    name: `master ${loss} (Cluster)`,
    media: ['cluster'],
    begin: async (stage) => {
      master = await masterOf(stage, await slotOf(stage, pattern));
      await standStill(master, stage.nodes);
      await losses[loss].begin(master);
    },
    end: async (stage) => {
      const others = stage.nodes.filter((node) => node !== master);
      await until('a replica is promoted', () => isWithout(master, others));
      if (loss === 'killed') return;
      await losses[loss].end(master);
      await until('the old master follows', () => isFollowing(master));
    },
  };
}

/** The operator promotes the replica of a key's master, without a loss. */
export function clusterFailover(pattern: string): Fault {
  let promoted: RedisNode;
  return {
    name: 'failover ordered (Cluster)',
    media: ['cluster'],
    begin: async (stage) => {
      const [replica] = await replicasOf(stage, await masterOf(stage, await slotOf(stage, pattern)));
      if (replica === undefined) throw new Error('The master has no replica');
      promoted = replica;
      await promoted.command('cluster', 'failover');
    },
    end: (stage) =>
      until('all agree on the new master', async () => {
        const slot = await slotOf(stage, pattern);
        return (await masterOf(stage, slot)) === promoted;
      }),
  };
}

/** What sentinels do to an old master, but only after ten seconds and more. */
async function demote(master: RedisNode, promoted: RedisNode): Promise<void> {
  await until('the other one is a master', async () => !(await isReplica(promoted)));
  await master.command('replicaof', promoted.host, promoted.port);
  await master.command('client', 'kill', 'type', 'normal');
  await until('the old master follows', () => isFollowing(master));
}

async function isReplica(node: RedisNode): Promise<boolean> {
  return String(await node.command('info', 'replication')).includes('role:slave');
}

async function isFollowing(node: RedisNode): Promise<boolean> {
  const info = String(await node.command('info', 'replication'));
  return info.includes('role:slave') && info.includes('master_link_status:up');
}

/** Whether the others serve all slots without it. */
async function isWithout(lost: RedisNode, others: readonly RedisNode[]): Promise<boolean> {
  const states = await Promise.all(others.map((node) => node.command('cluster', 'info')));
  const masters = await Promise.all(others.map((node) => mastersOf({ nodes: [node, lost] })));
  return (
    states.every((state) => String(state).includes('cluster_state:ok')) &&
    masters.every((known) => !known.includes(lost))
  );
}
