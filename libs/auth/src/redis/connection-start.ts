import { listen, unlisten } from './outage/listeners.js';
import type { RedisConnection } from './redis-connection.js';

const MADE = ['wait', 'connecting', 'connect'];
// One that was woken while it was still ending.
const WOKEN = [...MADE, 'ready', 'close', 'end', 'disconnecting'];

/**
 * A connection on its way to its first `ready`: worth a wait, while one that was lost isn't. One listener, however many
 * calls wait.
 */
export class ConnectionStart {
  // It knows its password, and these are never shown.
  readonly #connection: RedisConnection;
  private readonly ready: Promise<void>;
  private onReady = (): void => {};

  private constructor(
    connection: RedisConnection,
    private readonly states: readonly string[],
    onStarted: () => void,
  ) {
    this.#connection = connection;
    this.ready = new Promise((resolve) => {
      this.onReady = () => {
        this.giveUp();
        onStarted();
        resolve();
      };
    });
    listen(connection, ['ready'], this.onReady);
  }

  /** Of a client that a host, or we, have just made; `undefined` when it is ready. */
  static of(connection: RedisConnection, onStarted: () => void): ConnectionStart | undefined {
    return connection.status === 'ready' ? undefined : new ConnectionStart(connection, MADE, onStarted);
  }

  /** Of a connection that is being opened again after it was ended. */
  static again(connection: RedisConnection, onStarted: () => void): ConnectionStart {
    return new ConnectionStart(connection, WOKEN, onStarted);
  }

  /** Whether it is about to be ready, rather than refused by a server that is away. */
  get isUnderWay(): boolean {
    return this.states.includes(this.#connection.status);
  }

  /** Waits for `ready`; connects a lazy client. */
  wait(): Promise<void> {
    // A command would connect it as well, but be refused where the client queues none.
    if (this.#connection.status === 'wait') this.#connection.connect().catch(() => {});
    return this.ready;
  }

  /** Sends a call after the start, unless its caller has been refused meanwhile: then it must not be sent any more. */
  async send<T>(call: { readonly isLate: boolean }, send: () => Promise<T>): Promise<T> {
    await this.wait();
    if (call.isLate) throw new Error('too late');
    return send();
  }

  /** Waits for nothing any more. */
  giveUp(): void {
    unlisten(this.#connection, ['ready'], this.onReady);
  }
}
