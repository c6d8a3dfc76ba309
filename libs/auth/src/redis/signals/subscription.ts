import { withinDeadline } from '../../kernel/deadline.js';
import type { LastingConnection } from '../lasting.js';

/** A server that doesn't answer within this time has gone silent. */
export const PATIENCE_MS = 2_000;

/** Who follows a channel. */
export interface Follower {
  /** Told of each message, and whenever one may have been missed. */
  onSignal(): void;
  /** Told when Redis forbids it, each time. */
  onRefusal(): void;
}

/** What ioredis has beyond {@link LastingConnection}, on a Cluster: subscriptions live on a connection of their own. */
interface ClusterConnection {
  readonly subscriber?: { getInstance?(): unknown };
}

/**
 * One channel, on a connection of its own. A subscription owes no answer, so a network that went silent would be noticed by nobody;
 * to subscribe once more is a question that is answered, changes nothing, and repairs what was lost.
 */
export class Subscription {
  // It knows its password, and these are never shown.
  readonly #connection: LastingConnection;
  private isAsking = false;
  /** What the last answer came over; `undefined` since a connection was made. */
  private heardOver: unknown;

  constructor(
    connection: LastingConnection,
    readonly channel: string,
    private readonly follower: Follower,
  ) {
    this.#connection = connection;
    connection.on('message', () => follower.onSignal());
    connection.on('ready', () => {
      this.heardOver = undefined;
      void this.ask();
    });
    void this.ask();
  }

  /** ioredis' state of the connection. */
  get status(): string {
    return this.#connection.status;
  }

  /** Subscribes, or asks whether it still is. A connection that doesn't answer is replaced. Never rejects. */
  async ask(): Promise<void> {
    // One that connects lazily does so at its first command, even if that command is refused.
    if (this.isAsking || !['ready', 'wait'].includes(this.status)) return;
    this.isAsking = true;
    let isLate = false;
    const late = (): Error => {
      isLate = true;
      return new Error('no answer');
    };
    const subscribe = (): Promise<unknown> => this.#connection.call('subscribe', this.channel);
    const outcome = withinDeadline(subscribe, PATIENCE_MS, late).then(
      () => this.heard(),
      (error: unknown) => {
        if (isLate) this.#connection.disconnect(true);
        else if ((error as Error).name === 'ReplyError') this.refused();
      },
    );
    await outcome.finally(() => (this.isAsking = false));
  }

  /** Has the follower look, since nobody may have told it of a change. */
  look(): void {
    this.follower.onSignal();
  }

  /** Opens the connection again. */
  wake(): void {
    this.#connection.wake();
  }

  /** Ends the connection, until {@link wake}. */
  end(): void {
    this.#connection.disconnect();
  }

  private heard(): void {
    const { subscriber } = this.#connection as ClusterConnection;
    // A Cluster client moves its subscriptions to another server without a word.
    const over = subscriber?.getInstance?.() ?? this.#connection;
    if (over === this.heardOver) return;
    this.heardOver = over;
    this.follower.onSignal();
  }

  private refused(): void {
    this.follower.onRefusal();
    // Nobody will tell, so this is the time to look.
    this.follower.onSignal();
  }
}
