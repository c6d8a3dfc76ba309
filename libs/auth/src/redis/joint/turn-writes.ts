import type { RedisConnection } from '../redis-connection.js';

/** What the socket of a client has. */
interface Corkable {
  cork(): void;
  uncork(): void;
}

/**
 * Has the commands of one turn leave in one write: each is a system call, which costs more than the command itself. Where a client
 * shows no socket (a Cluster, a client of another library) each command is written by itself.
 */
export class TurnWrites {
  // A connection knows its password.
  readonly #connection: RedisConnection;
  private isOpen = false;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** A command is about to be sent. */
  begin(): void {
    if (this.isOpen) return;
    const { stream } = this.#connection as { readonly stream?: Partial<Corkable> };
    if (typeof stream?.cork !== 'function' || typeof stream.uncork !== 'function') return;
    this.isOpen = true;
    stream.cork();
    // After whatever else this turn makes of the replies that it began with.
    process.nextTick(() => {
      this.isOpen = false;
      stream.uncork!();
    });
  }
}
