import { hearEndingOf } from './opening/heard-ending.js';
import type { RedisConnection } from './redis-connection.js';

/** A connection of our own, which can be opened again. */
export interface LastingConnection extends RedisConnection {
  /** Opens it after {@link RedisConnection.disconnect}, however far that has got. */
  wake(): void;
}

// What ioredis says of a client that is open, or about to be; it refuses to connect meanwhile.
const BUSY = new Set(['connecting', 'connect', 'ready']);

/**
 * Makes a client of our own last: it is open, or opening, whenever it is wanted, which it is until
 * {@link RedisConnection.disconnect}. ioredis by itself gives up for good in more than one case: when a failover is
 * announced while it connects, and when it is ended and opened again in the same moment.
 */
export function lasting(client: RedisConnection): LastingConnection {
  const connect = client.connect.bind(client);
  const disconnect = client.disconnect.bind(client);
  const quit = client.quit.bind(client);
  let isWanted = true;
  let attempts = 0;

  const open = (): void => {
    if (isWanted && !BUSY.has(client.status)) connect().catch(() => {});
  };
  client.on('ready', () => (attempts = 0));
  client.on('end', () => setTimeout(open, reconnectDelayMs(++attempts)).unref());
  // Without a listener an 'error' would end the process.
  client.on('error', () => {});

  return Object.assign(client, {
    // A timer of ioredis may fire after the end.
    connect: () => (isWanted ? connect() : Promise.reject(new Error('the connection was ended'))),
    wake(): void {
      isWanted = true;
      // One that is still ending is opened after its 'end'. All others are ended, or waiting for something that won't come.
      open();
    },
    disconnect(reconnect = false): void {
      isWanted &&= reconnect;
      hearEndingOf(client);
      disconnect(reconnect);
    },
    quit(): Promise<unknown> {
      isWanted = false;
      return quit();
    },
  });
}

/** Delay before the n-th reconnect: 50 ms doubling to 2 s. */
export function reconnectDelayMs(attempt: number): number {
  return Math.min(2000, 50 * 2 ** Math.min(attempt - 1, 10));
}
