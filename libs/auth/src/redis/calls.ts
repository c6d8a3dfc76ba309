import type { KeySpace } from './key-space.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisScript } from './redis-script.js';
import { type KeyValues, readValues } from './joint/turn-batch.js';

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

/** A stream, and the last of its entries that is known; `'0'` for none. */
export type StreamPlace = readonly [key: string, lastId: string];

/** What the process asks by itself, for nobody who waits. */
export interface UnaskedCalls extends RedisCalls {
  /** Which of some streams of one slot have entries that aren't known yet, by their places in the list. */
  moved(streams: readonly StreamPlace[]): Promise<readonly number[]>;
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
): UnaskedCalls {
  return {
    ...given,
    call: (command, ...args) => guard(args[0], () => connection.call(command, ...args)),
    values: async (keys) => (await guard(keys[0], () => readValues(connection, keys))) as KeyValues,
    moved: async (streams) =>
      (await guard(streams[0]?.[0], () => readMoved(connection, streams))) as number[],
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

async function readMoved(
  connection: RedisConnection,
  streams: readonly StreamPlace[],
): Promise<readonly number[]> {
  const [keys, ids] = [streams.map(([key]) => key), streams.map(([, lastId]) => lastId)];
  const reply = await connection.call('xread', 'COUNT', 1, 'STREAMS', ...keys, ...ids);
  const names = namesIn(reply);
  // A client may put a prefix of its own in front of keys.
  const moved = [...keys.keys()].filter((place) => names.some((name) => name.endsWith(keys[place]!)));
  // Nothing is missed where it does something else to them.
  return moved.length < names.length ? [...keys.keys()] : moved;
}

/** Streams of which entries were read: nothing, pairs, or an object or map under RESP3. */
function namesIn(reply: unknown): readonly string[] {
  if (reply === null || reply === undefined) return [];
  if (Array.isArray(reply)) return reply.map(([name]: [unknown]) => String(name));
  return reply instanceof Map ? [...reply.keys()].map(String) : Object.keys(reply);
}
