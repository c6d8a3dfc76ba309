import type { RedisConnection } from '../redis-connection.js';

/** What the socket of a client has. */
interface Corkable {
  cork(): void;
  uncork(): void;
}

/** Commands that leave together, and when they left, on the clock of `performance`. */
interface Turn {
  at: number | undefined;
}

/**
 * Has the commands of one turn leave in one write: each is a system call, which costs more than the command itself. Where a client
 * shows no socket (a Cluster, a client of another library) each command is written by itself.
 */
export class TurnWrites {
  // A connection knows its password.
  readonly #connection: RedisConnection;
  private turn: Turn | undefined;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** A command is about to be sent. @returns the turn that it belongs to; `undefined`: it leaves at once */
  begin(): Turn | undefined {
    if (this.turn !== undefined) return this.turn;
    const { stream } = this.#connection as { readonly stream?: Partial<Corkable> };
    if (typeof stream?.cork !== 'function' || typeof stream.uncork !== 'function') return undefined;
    stream.cork();
    const turn: Turn = { at: undefined };
    this.turn = turn;
    // After whatever else this turn makes of the replies that it began with.
    process.nextTick(() => {
      this.turn = undefined;
      turn.at = performance.now();
      stream.uncork!();
    });
    return turn;
  }
}
