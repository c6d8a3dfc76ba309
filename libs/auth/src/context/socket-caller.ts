import type { Principal } from '../kernel/principal.js';

/** Verifies once more what a connection was let in with. */
export type Recheck = () => Principal | Promise<Principal>;

const CALLER = Symbol.for('gatehouse:socket-caller');

/** Remembers on a socket, or on its upgrade request, who was authenticated when the connection was made. */
export function markSocketCaller(carrier: object, recheck: Recheck): void {
  Object.defineProperty(carrier, CALLER, { value: recheck, configurable: true });
}

/** Who {@link markSocketCaller} named, to be checked again; `undefined` for any other request. */
export function socketCallerOf(carrier: object): Recheck | undefined {
  return (carrier as { [CALLER]?: Recheck })[CALLER];
}
