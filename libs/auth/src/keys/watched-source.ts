import { Logger } from '@nestjs/common';
import { type AuthError, isAuthError, storeUnavailable } from '../kernel/auth-error.js';
import type { AuthEvents } from '../kernel/auth-events.js';
import type { Clock } from '../kernel/clock.js';
import { failureReason } from '../kernel/failure-reason.js';
import type { KeySource } from './key-source.js';
import type { KeySet } from './signing-key.js';

/** What keeps an instance from newer keys. */
export interface KeyTrouble {
  /** For operators; never a secret. */
  readonly reason: string;
  /** Epoch in milliseconds. */
  readonly since: number;
}

interface Failure extends KeyTrouble {
  readonly error: unknown;
  readonly startedAt: number;
  /** Whether operators were told by a line of ours. */
  readonly isTold: boolean;
}

/**
 * Keeps up with a source of keys, one look at a time, and knows how it is doing: one log line when a failure begins or
 * changes, and one when it ends.
 */
export class WatchedSource {
  // One at a time: a slow look at the source must not bring back keys that a rotation dropped meanwhile.
  private turn: Promise<unknown> = Promise.resolve();
  private looking: Promise<void> | undefined;
  private lookedAt = -Infinity;
  private readonly logger = new Logger('Gatehouse');
  private failure: Failure | undefined;
  /** Why the last rotation that was due failed. */
  private failedRotation: KeyTrouble | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopFollowing: () => void = () => {};

  constructor(
    private readonly source: KeySource,
    private readonly adopt: (keys: KeySet) => void,
    private readonly clock: Clock,
    private readonly events: AuthEvents,
  ) {}

  /** Whether the last look failed. */
  get isDown(): boolean {
    return this.failure !== undefined;
  }

  /** Why the keys can't be loaded, or could not be rotated when that was due. */
  get trouble(): KeyTrouble | undefined {
    const { failure, failedRotation } = this;
    if (failure === undefined) return failedRotation;
    return { reason: `keys can't be loaded: ${failure.reason}`, since: failure.since };
  }

  /** The refusal (503) of what needs a key that isn't here. */
  refusal(): AuthError {
    const detail = `the key source does not answer${this.failure ? `: ${this.failure.reason}` : ''}`;
    return storeUnavailable(detail, { cause: this.failure?.error, retryAfterSeconds: 5 });
  }

  /** Looks when the source tells of a change, and calls `maintain` now and then, until {@link close}. */
  follow(everyMs: number, maintain: () => Promise<void>): void {
    this.stopFollowing = this.source.follow(() => void this.look());
    this.timer = setInterval(() => void maintain(), everyMs).unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.stopFollowing();
  }

  /** The first look. @throws what the source throws, or Error when it has no keys */
  async load(): Promise<void> {
    try {
      this.adopt(await this.source.load());
      this.sayRecovered();
    } catch (error) {
      this.sayFailed(error);
      throw error;
    }
  }

  /** Looks at the source, together with whoever is waiting for a look already. Never rejects. */
  look(): Promise<void> {
    this.lookedAt = this.clock.elapsed();
    this.looking ??= this.inTurn(() => this.load())
      .catch(() => {})
      .finally(() => {
        this.looking = undefined;
      });
    return this.looking;
  }

  /** As {@link look}, unless the last one is less than `cooldownMs` ago. */
  async lookAfter(cooldownMs: number): Promise<void> {
    const isDue = this.clock.elapsed() - this.lookedAt >= cooldownMs;
    if (isDue || this.looking !== undefined) await this.look();
  }

  /** Does work that no look comes in between of. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  /** Tells operators of a rotation that was due and failed. */
  tellOfFailedRotation(error: unknown): void {
    const reason = failureReason(error);
    const { since = this.clock.now() } = this.failedRotation ?? {};
    this.failedRotation = { reason: `a rotation is due and failed: ${reason}`, since };
    this.events.emit('keys.rotation_failed', { error: nameOf(error), reason });
  }

  /** No rotation is due any more, whoever made it. */
  forgetFailedRotation(): void {
    this.failedRotation = undefined;
  }

  private sayFailed(error: unknown): void {
    const reason = isAuthError(error) ? error.reason : failureReason(error);
    const { since = this.clock.now(), startedAt = this.clock.elapsed() } = this.failure ?? {};
    const { isTold = false, reason: before } = this.failure ?? {};
    // That Redis can't be used is a line of its own already.
    const isNews = reason !== before && !(isAuthError(error) && error.occurrence.isReported === true);
    if (isNews) this.logger.warn(`Keys can't be loaded: ${reason}. What is known goes on verifying.`);
    this.failure = { error, reason, since, startedAt, isTold: isTold || isNews };
    this.events.emit('keys.reload_failed', { error: nameOf(error), reason });
  }

  private sayRecovered(): void {
    if (this.failure === undefined) return;
    const { startedAt, isTold } = this.failure;
    this.failure = undefined;
    const seconds = Math.round((this.clock.elapsed() - startedAt) / 1000);
    if (isTold) this.logger.log(`Keys can be loaded again, after ${seconds} s.`);
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
