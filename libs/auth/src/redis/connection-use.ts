import { ConnectionStart } from './connection-start.js';
import { TurnWrites } from './joint/turn-writes.js';
import type { LastingConnection } from './lasting.js';
import type { RedisConnection } from './redis-connection.js';
import type { Subscribers } from './signals/subscribers.js';

/**
 * Whether a connection is used, rests, or has ended, its subscriptions with it. What each call looks at and counts is a field:
 * nothing of this file runs with a call.
 */
export class ConnectionUse {
  /** While the connection has not been ready yet. */
  start: ConnectionStart | undefined;
  isClosed = false;
  isResting = false;
  callsUnderWay = 0;
  /** When the last call ended, on the clock of `performance`. */
  usedAt = performance.now();
  /** Begun by each call. */
  readonly writes: TurnWrites;
  // A connection knows its password, and these are never shown.
  readonly #connection: RedisConnection;
  readonly #subscribers: Subscribers;

  constructor(connection: RedisConnection, subscribers: Subscribers) {
    this.#connection = connection;
    this.writes = new TurnWrites(connection);
    this.#subscribers = subscribers;
    this.start = ConnectionStart.of(connection, this.onStarted);
  }

  /** Time without a call, in milliseconds. */
  get idleMs(): number {
    return this.callsUnderWay > 0 ? 0 : performance.now() - this.usedAt;
  }

  /** Ends all connections until {@link openAgain}. */
  rest(): void {
    if (this.isResting) return;
    this.isResting = true;
    this.#connection.disconnect();
    this.#subscribers.rest();
  }

  openAgain(): void {
    if (this.isClosed) return;
    this.isResting = false;
    this.start?.giveUp();
    this.start = ConnectionStart.again(this.#connection, this.onStarted);
    (this.#connection as Partial<LastingConnection>).wake?.();
    this.#subscribers.wake();
  }

  /** Opens nothing any more. */
  close(): void {
    this.isClosed = true;
    this.start?.giveUp();
    this.#subscribers.close();
  }

  private readonly onStarted = (): void => {
    this.start = undefined;
  };
}
