import type { EventEmitter } from 'node:events';
import type { RedisConnection } from '../redis-connection.js';

/** Where a client of ioredis keeps its socket from the first moment on. */
interface SocketHolder {
  readonly connector?: { readonly stream?: EventEmitter | null };
}

/**
 * To be called before a client is ended. One that ends amid a TLS handshake may hear twice of it: that it doesn't trust the
 * certificate, and that the server lacks the rest. ioredis listens for one error, and for the other Node would end the process.
 */
export function hearEndingOf(client: RedisConnection): void {
  (client as SocketHolder).connector?.stream?.on('error', () => {});
}
