// Which core each process of a run is pinned to, so that the server has one for itself.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0 && availableParallelism() > 1;

/** `undefined` where there is no `taskset`, or one core. With two, load and Redis share the other one. */
export const cores = canPin
  ? { server: 0, load: 1, redis: availableParallelism() > 2 ? 2 : 1 }
  : { server: undefined, load: undefined, redis: undefined };

/** A command on one core. */
export const pinned = (core, command) =>
  core === undefined ? command : ['taskset', '-c', String(core), ...command];

export const pinning = canPin
  ? `server on core ${cores.server}, load on ${cores.load}, Redis on ${cores.redis}`
  : 'not pinned to cores';
