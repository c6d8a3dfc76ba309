import type { RedisConnection } from '../redis-connection.js';
import { listen, unlisten } from './listeners.js';
import { CONNECTED, mastersOf } from './server-of.js';

/**
 * Tells when another server may answer from now on, or the same one with other data: after each connection that was made
 * (that of a Sentinel's new master among them), when a slot of a Cluster has another master, when a server says that it is a
 * replica now, and when less was found than had been seen.
 */
export class ServerChanges {
  // It knows its password, and these are never shown.
  readonly #connection: RedisConnection;
  private readonly followers: (() => void)[] = [];
  private masters: readonly unknown[] = [];
  private isClosed = false;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** Calls back after each change, until {@link close}. */
  follow(onChange: () => void): void {
    // When the boot fails, a provider may still ask for it.
    if (this.isClosed) return;
    if (this.followers.push(onChange) > 1) return;
    listen(this.#connection, CONNECTED, this.note);
    listen(this.#connection, ['refresh'], this.compare);
  }

  /** There was a change, or may have been. */
  readonly note = (): void => {
    for (const onChange of this.followers) onChange();
  };

  /** Calls nobody any more. */
  close(): void {
    this.isClosed = true;
    unlisten(this.#connection, CONNECTED, this.note);
    unlisten(this.#connection, ['refresh'], this.compare);
    this.followers.length = 0;
  }

  /** The table of slots was read anew: a replica that took over may have been connected before. */
  private readonly compare = (): void => {
    const before = this.masters;
    this.masters = mastersOf(this.#connection);
    if (this.masters.some((master, slot) => master !== before[slot])) this.note();
  };
}
