import { until } from '../../until.js';
import type { RedisNode } from '../redis-node.js';
import { idOf, masterOf, mastersOf, slotOf } from './cluster-slots.js';
import type { Fault } from './fault.js';

const MIGRATE_TIMEOUT_MS = 5_000;

/**
 * The slot of a key is on its way to another master, and half of its keys are there: a command with several keys is
 * refused with TRYAGAIN, one with a single key redirected with ASK. At the end the slot has moved.
 */
export function slotMigrating(pattern: string): Fault {
  let slot: number;
  let from: RedisNode;
  let to: RedisNode;
  return {
    name: 'slot migrating',
    media: ['cluster'],
    begin: async (stage) => {
      slot = await slotOf(stage, pattern);
      from = await masterOf(stage, slot);
      to = (await mastersOf(stage)).find((node) => node !== from)!;
      await to.command('cluster', 'setslot', slot, 'importing', await idOf(from));
      await from.command('cluster', 'setslot', slot, 'migrating', await idOf(to));
      const keys = await keysIn(slot, from);
      await move(keys.slice(0, Math.ceil(keys.length / 2)), from, to);
    },
    end: async (stage) => {
      for (let keys = await keysIn(slot, from); keys.length > 0; keys = await keysIn(slot, from))
        await move(keys, from, to);
      const id = await idOf(to);
      for (const node of [to, from]) await node.command('cluster', 'setslot', slot, 'node', id);
      await until('all agree on the new master', async () => (await masterOf(stage, slot)) === to);
    },
  };
}

async function keysIn(slot: number, node: RedisNode): Promise<readonly string[]> {
  return (await node.command('cluster', 'getkeysinslot', slot, 100)) as string[];
}

async function move(keys: readonly string[], from: RedisNode, to: RedisNode): Promise<void> {
  if (keys.length === 0) return;
  await from.command('migrate', to.host, to.port, '', 0, MIGRATE_TIMEOUT_MS, 'KEYS', ...keys);
}
