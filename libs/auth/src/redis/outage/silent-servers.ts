import { withinDeadline } from '../../kernel/deadline.js';
import type { KeySpace } from '../key-space.js';
import type { RedisConnection } from '../redis-connection.js';
import { listen, unlisten } from './listeners.js';
import { RollCall } from './roll-call.js';
import { CONNECTED, replaceConnection, serverOf } from './server-of.js';
import { SilentServer } from './silent-server.js';

// After so long without an answer a connection is taken for dead, though nobody closed it.
const DEAD_MS = 2_000;
// States of a connection that waits for answers: also for those that make it ready.
const WAITING = ['ready', 'connect'];

/**
 * The breaker: servers that left a call without an answer. Others are refused at once until they answer again, so that only
 * the calls that are under way wait for them, and a request that asks twice waits once. On a Cluster each server counts for
 * itself, and a replica that took over is another server.
 */
export class SilentServers {
  /** Empty most of the time, which callers look at first. */
  readonly known = new Map<string, SilentServer>();
  // It knows its password, and these are never shown.
  readonly #connection: RedisConnection;
  private readonly rollCall: RollCall;
  private isEnded = false;

  constructor(
    connection: RedisConnection,
    private readonly deadlineMs: number,
    keySpace: KeySpace,
  ) {
    this.#connection = connection;
    this.rollCall = new RollCall(connection, {
      keyOf: (number) => keySpace.key(`roll-call-${number}`, 'server'),
      probe: (key) => this.probe(key),
      patienceMs: deadlineMs / 4,
    });
  }

  /** Whether the server of this key is one of them. */
  has(key: string | undefined): boolean {
    return this.known.has(serverOf(this.#connection, key));
  }

  /** A call has waited for half its deadline. Elsewhere than on a Cluster there are no others to ask. */
  suspect(): void {
    if (!this.isEnded) this.rollCall.begin();
  }

  /** A call got no answer for a whole deadline. What other servers of a Cluster owe then, a request doesn't wait for as well. */
  add(key: string | undefined): void {
    for (const silent of [key, ...this.rollCall.missed]) this.addOne(silent);
  }

  private addOne(key: string | undefined): void {
    const server = serverOf(this.#connection, key);
    if (this.isEnded || this.known.has(server)) return;
    if (this.known.size === 0) listen(this.#connection, CONNECTED, this.hurry);
    let madeAt = performance.now();
    const replaceWhenDead = (): void => {
      if (performance.now() - madeAt < DEAD_MS || !WAITING.includes(this.#connection.status)) return;
      madeAt = performance.now();
      replaceConnection(this.#connection, server);
    };
    const silent = new SilentServer({
      probe: () => this.probe(key ?? ''),
      onAnswer: () => this.forget(server),
      onSilence: replaceWhenDead,
    });
    this.known.set(server, silent);
  }

  /** Asks no more; what is called from now on finds out by itself. */
  end(): void {
    this.isEnded = true;
    for (const [server, silent] of this.known) {
      silent.end();
      this.forget(server);
    }
  }

  /** By a command that any user of our keys may send, and that is routed as the call was that got no answer. */
  private probe(key: string): Promise<unknown> {
    const late = (): Error => new Error('no answer');
    const ask = (): Promise<unknown> => this.#connection.call('exists', key).catch(acceptReply);
    return withinDeadline(ask, this.deadlineMs, late);
  }

  private forget(server: string): void {
    this.known.delete(server);
    if (this.known.size === 0) unlisten(this.#connection, CONNECTED, this.hurry);
  }

  private readonly hurry = (): void => {
    for (const silent of this.known.values()) silent.hurry();
  };
}

/** A server that refuses is there. */
function acceptReply(error: unknown): void {
  if ((error as Error).name !== 'ReplyError') throw error;
}
