import type { KeySpace } from './key-space.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisScript } from './redis-script.js';
import { type KeyValues, readValues } from './turn-batch.js';

type Argument = string | number | Buffer;

/** What stores ask of Redis; each rejects with `store_unavailable`. */
export interface RedisCalls {
  readonly keySpace: KeySpace;
  readonly isCluster: boolean;
  call(command: string, ...args: Argument[]): Promise<unknown>;
  values(keys: readonly string[]): Promise<KeyValues>;
  run(script: RedisScript, keys: readonly string[], args: readonly Argument[]): Promise<unknown>;
  /** Remembers what was read of a counter. */
  saw(key: string, revision: number): void;
}

/** Sends something that concerns a key. @throws AuthError `store_unavailable` */
type Guard = (key: Argument | undefined, send: () => Promise<unknown>) => Promise<unknown>;

/** The calls of a guarded Redis, but by another guard: what the process asks by itself isn't guarded as what somebody waits for. */
export function callsBy(
  guard: Guard,
  connection: RedisConnection,
  {
    evaluate,
    ...given
  }: Pick<RedisCalls, 'keySpace' | 'isCluster' | 'saw'> & { evaluate: RedisCalls['run'] },
): RedisCalls {
  return {
    ...given,
    call: (command, ...args) => guard(args[0], () => connection.call(command, ...args)),
    values: async (keys) => (await guard(keys[0], () => readValues(connection, keys))) as KeyValues,
    run: (script, keys, args) => guard(keys[0], () => evaluate(script, keys, args)),
  };
}

/**
 * What has to hold in the store for a call to go on, as keys of it: the first three are counters that have a known sum, and none of
 * the others is there. So it can be asked together with something else, in one wait.
 */
export interface Proviso {
  readonly keys: readonly string[];
  readonly sum: number;
}
