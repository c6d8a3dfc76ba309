import { AuthError } from '../kernel/auth-error.js';
import type { Clock } from '../kernel/clock.js';
import type { KeySpace } from './key-space.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisScript } from './redis-script.js';

type Argument = string | number | Buffer;

/** Settings of a {@link GuardedRedis}. */
export interface GuardedRedisSettings {
  readonly keySpace: KeySpace;
  /** Deadline of one call in milliseconds, connection and redirections included. */
  readonly deadlineMs: number;
  /** Tests only: the clock scripts see instead of the server's. */
  readonly scriptClock?: Clock;
}

/**
 * The only way to Redis: checks that the connection is ready, races each call against a deadline, and turns every
 * failure into `store_unavailable` (503), so that a call neither hangs nor surfaces as a 500 or a 401.
 */
export class GuardedRedis {
  private readonly subscribers = new Set<RedisConnection>();
  private isClosed = false;
  private hasStarted = false;
  private starting: Promise<void> | undefined;

  constructor(
    readonly connection: RedisConnection,
    private readonly settings: GuardedRedisSettings,
  ) {}

  get keySpace(): KeySpace {
    return this.settings.keySpace;
  }

  /** Whether a command would be sent at all: `wait` is the state of a lazy connection, which connects when it is used. */
  get isUsable(): boolean {
    const { status } = this.connection;
    return status === 'ready' || status === 'wait';
  }

  /** Opens a further connection with the same settings, which reconnects by itself until {@link closeSubscribers}. */
  openSubscriber(): RedisConnection {
    const subscriber = this.connection.duplicate();
    // Without a listener an 'error' would end the process.
    subscriber.on('error', () => {});
    // A provider that is still being made when the boot fails must not keep the process alive.
    if (this.isClosed) subscriber.disconnect();
    else this.subscribers.add(subscriber);
    return subscriber;
  }

  /** Ends what {@link openSubscriber} opened and nobody closed, and what it will open. */
  closeSubscribers(): void {
    this.isClosed = true;
    for (const subscriber of this.subscribers) subscriber.disconnect();
    this.subscribers.clear();
  }

  /** Sends one native command. @throws AuthError `store_unavailable` */
  call(command: string, ...args: Argument[]): Promise<unknown> {
    return this.guard(() => this.connection.call(command, ...args));
  }

  /** Runs a script by its SHA-1, sending the source when the server doesn't know it. @throws AuthError `store_unavailable` */
  run(script: RedisScript, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const { scriptClock } = this.settings;
    const timed = scriptClock === undefined ? script : script.at(scriptClock.now());
    return this.guard(async () => {
      try {
        return await this.connection.call('evalsha', timed.sha, keys.length, ...keys, ...args);
      } catch (error) {
        if (!isNoScript(error)) throw error;
        return this.connection.call('eval', timed.source, keys.length, ...keys, ...args);
      }
    });
  }

  private async guard<T>(send: () => Promise<T>): Promise<T> {
    const isStarting = this.isStarting;
    if (!this.isUsable && !isStarting) throw unavailable(`the Redis connection is ${this.connection.status}`);
    this.hasStarted ||= !isStarting;
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      // Made only when needed: an error's stack costs more than everything else here.
      const giveUp = (): void => {
        isLate = true;
        reject(unavailable(`Redis did not answer within ${this.settings.deadlineMs} ms`));
      };
      // After a stalled event loop timers run before sockets are read: an answer that is already there still counts.
      timer = setTimeout(() => setImmediate(giveUp), this.settings.deadlineMs);
    });
    // What was refused meanwhile is not sent after all.
    const sendOnStart = (): Promise<T> => this.started().then(() => (isLate ? deadline : send()));
    try {
      return await Promise.race([isStarting ? sendOnStart() : send(), deadline]);
    } catch (error) {
      throw error instanceof AuthError ? error : unavailable('Redis refused or failed', error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** A client that the host has just made is about to be ready, and worth a wait; one that was lost isn't. */
  private get isStarting(): boolean {
    const { status } = this.connection;
    return !this.hasStarted && (status === 'connecting' || status === 'connect');
  }

  /** One listener, however many calls wait. */
  private started(): Promise<void> {
    this.starting ??= new Promise((resolve) => {
      const onReady = (): void => {
        this.connection.off('ready', onReady);
        resolve();
      };
      this.connection.on('ready', onReady);
    });
    return this.starting;
  }
}

function unavailable(detail: string, cause?: unknown): AuthError {
  return new AuthError('store_unavailable', { detail, cause, retryAfterSeconds: 1 });
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
