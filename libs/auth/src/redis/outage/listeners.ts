import type { RedisConnection } from '../redis-connection.js';

type Listener = (...args: unknown[]) => void;

interface Shared {
  readonly listeners: Set<Listener>;
  readonly dispatch: Listener;
}

const known = new WeakMap<RedisConnection, Map<string, Shared>>();

/**
 * Listens to events of a client, which a host may share between modules: it has one listener of ours for each event, however
 * many listen.
 */
export function listen(connection: RedisConnection, events: readonly string[], listener: Listener): void {
  const shared = known.get(connection) ?? new Map<string, Shared>();
  known.set(connection, shared);
  for (const event of events) {
    const { listeners } = shared.get(event) ?? begin(connection, event, shared);
    listeners.add(listener);
  }
}

/** Ends what {@link listen} began; the last one of an event leaves nothing behind. */
export function unlisten(connection: RedisConnection, events: readonly string[], listener: Listener): void {
  const shared = known.get(connection);
  for (const event of events) {
    const { listeners, dispatch } = shared?.get(event) ?? {};
    if (listeners?.delete(listener) !== true || listeners.size > 0) continue;
    if (dispatch !== undefined) connection.off(event, dispatch);
    shared?.delete(event);
  }
}

function begin(connection: RedisConnection, event: string, shared: Map<string, Shared>): Shared {
  const listeners = new Set<Listener>();
  // Who listens may end that, or have others begin, meanwhile.
  const dispatch: Listener = (...args) => [...listeners].forEach((listener) => listener(...args));
  const begun = { listeners, dispatch };
  shared.set(event, begun);
  connection.on(event, dispatch);
  return begun;
}
