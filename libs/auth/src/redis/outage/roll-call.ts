import type { RedisConnection } from '../redis-connection.js';
import { keyOfEachServer } from './server-of.js';

/** How a {@link RollCall} is held. */
export interface RollCallOptions {
  /** Makes a key of ours for each number. */
  keyOf(number: number): string;
  /** Asks the server of a key something small. Rejects when there is no answer in time. */
  probe(key: string): Promise<unknown>;
  /** Who hasn't answered for so long is missed. */
  readonly patienceMs: number;
}

/**
 * Asks every server of a Cluster whether it is there, while a call to one of them waits. A request may need keys of several
 * servers, one after the other: where all of them hang, it would wait a deadline for each. So when the first one turns out to
 * be silent, those that hang with it are known already.
 */
export class RollCall {
  // It knows its password, and these are never shown.
  readonly #connection: RedisConnection;
  /** A key of each server that hasn't answered yet; empty most of the time. */
  private readonly unheard = new Map<string, string>();
  private beganAt = 0;

  constructor(
    connection: RedisConnection,
    private readonly options: RollCallOptions,
  ) {
    this.#connection = connection;
  }

  /** Asks all of them, unless some still have to answer the last time. */
  begin(): void {
    if (this.unheard.size > 0) return;
    const { keyOf, probe } = this.options;
    this.beganAt = performance.now();
    for (const [server, key] of keyOfEachServer(this.#connection, keyOf)) {
      if (server === '') continue;
      this.unheard.set(server, key);
      const forget = (): void => void this.unheard.delete(server);
      // Without an answer it isn't waited for any longer: who was missed was told meanwhile.
      probe(key).then(forget, forget);
    }
  }

  /** Keys of the servers that were asked long enough ago, and haven't answered. */
  get missed(): readonly string[] {
    const isOver = performance.now() - this.beganAt >= this.options.patienceMs;
    return isOver ? [...this.unheard.values()] : [];
  }
}
