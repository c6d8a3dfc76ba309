import type { RedisConnection } from '../redis-connection.js';
import { listen, unlisten } from './listeners.js';

const known = new WeakMap<RedisConnection, LastError>();

// What one node of a Cluster said says nothing of a later outage, and nobody tells when it is well again.
const NODE_ERROR_COUNTS_FOR_MS = 5_000;

const CLOSED = Object.assign(new Error('it was closed'), { code: 'closed' });
const ENDED = Object.assign(new Error('the client was ended'), { code: 'ended' });

/** What is known of why a client has no connection, since it was ready: once, however many modules share the client. */
export class LastError {
  // A connection knows its password, and this is never shown.
  readonly #connection: RedisConnection;
  private users = 0;
  private error: unknown;
  private isClosed = false;
  private nodeError: { readonly error: unknown; readonly at: number } | undefined;

  private constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** Begins to listen, until {@link release}. */
  static of(connection: RedisConnection): LastError {
    const lastError = known.get(connection) ?? LastError.listenTo(connection);
    lastError.users += 1;
    return lastError;
  }

  private static listenTo(connection: RedisConnection): LastError {
    const lastError = new LastError(connection);
    // Without a listener ioredis prints the errors of a client of the host; here they are told with what follows from them.
    listen(connection, ['error'], lastError.note);
    listen(connection, ['node error'], lastError.noteOfNode);
    listen(connection, ['close'], lastError.noteClose);
    listen(connection, ['ready'], lastError.forget);
    known.set(connection, lastError);
    return lastError;
  }

  /** What a server, or the way to it, said last; `undefined`: nothing. */
  get said(): unknown {
    const { error, nodeError } = this;
    if (error !== undefined || nodeError === undefined) return error;
    return performance.now() - nodeError.at < NODE_ERROR_COUNTS_FOR_MS ? nodeError.error : undefined;
  }

  /** {@link said}, or that the connection was closed without a word; `undefined`: nothing happened. */
  get current(): unknown {
    if (this.said !== undefined || !this.isClosed) return this.said;
    return this.#connection.status === 'end' ? ENDED : CLOSED;
  }

  /** Listens no more, once nobody is left who asked for it. */
  release(): void {
    this.users -= 1;
    if (this.users > 0) return;
    unlisten(this.#connection, ['error'], this.note);
    unlisten(this.#connection, ['node error'], this.noteOfNode);
    unlisten(this.#connection, ['close'], this.noteClose);
    unlisten(this.#connection, ['ready'], this.forget);
    known.delete(this.#connection);
  }

  private readonly note = (error: unknown): void => {
    const { lastNodeError } = error as { readonly lastNodeError?: unknown };
    this.error = tellsWhy(lastNodeError) ? lastNodeError : error;
  };
  private readonly noteOfNode = (error: unknown): void => {
    if (tellsWhy(error)) this.nodeError = { error, at: performance.now() };
  };
  private readonly noteClose = (): void => {
    this.isClosed = true;
  };
  private readonly forget = (): void => {
    this.error = this.nodeError = undefined;
    this.isClosed = false;
  };
}

/** Whether a server, or the network, said it. Of others a Cluster client says no more than that the connection is closed. */
function tellsWhy(error: unknown): boolean {
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === 'string' || name === 'ReplyError';
}
