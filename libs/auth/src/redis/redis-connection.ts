/**
 * What the library needs of a Redis client: satisfied by the `Redis` and `Cluster` classes of ioredis 5 and 6.
 * Structural on purpose: hosts without ioredis, or with another copy of it, typecheck all the same.
 */
export interface RedisConnection {
  /** ioredis' connection state; commands are sent only while it is `ready`. */
  readonly status: string;
  /** Whether commands must stay in one slot. */
  readonly isCluster?: boolean;
  /** Sends one command; on a Cluster it is routed by its keys. */
  call(command: string, ...args: (string | number | Buffer)[]): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  off(event: string, listener: (...args: unknown[]) => void): unknown;
  /** A further connection with the same settings, for subscriptions and blocking reads. */
  duplicate(): RedisConnection;
  /** Opens a connection that was made lazily (`wait`). */
  connect(): Promise<unknown>;
  quit(): Promise<unknown>;
  disconnect(reconnect?: boolean): void;
}
