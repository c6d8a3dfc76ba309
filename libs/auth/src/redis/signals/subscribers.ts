import { Logger } from '@nestjs/common';
import { withinDeadline } from '../../kernel/deadline.js';
import { lasting } from '../lasting.js';
import { isForbidden } from '../outage/reply-errors.js';
import type { RedisConnection } from '../redis-connection.js';
import { PATIENCE_MS, Subscription } from './subscription.js';

/** Time between two questions whether subscriptions are alive, give or take a quarter. */
const ASK_EVERY_MS = 5_000;

/** Subscriptions on connections with the settings of the first, which reconnect by themselves until {@link Subscribers.close}. */
export class Subscribers {
  // It knows its password, and these are never shown.
  readonly #connection: RedisConnection;
  private readonly opened = new Set<Subscription>();
  private readonly logger = new Logger('Gatehouse');
  private readonly told = new Set<string>();
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** Opens one more. */
  follow(channel: string, onSignal: () => void): Subscription {
    const copy = lasting(this.#connection.duplicate());
    // When the boot fails, a provider may still ask for a connection; it must not keep the process alive.
    if (this.isClosed) copy.disconnect();
    const onRefusal = (): void => this.tellOfRefusal('SUBSCRIBE');
    const subscription = new Subscription(copy, channel, { onSignal, onRefusal });
    if (!this.isClosed) this.opened.add(subscription);
    void this.lookWhereNobodyTells();
    this.schedule();
    return subscription;
  }

  /** Ends one for good. */
  leave(subscription: Subscription): void {
    subscription.end();
    this.opened.delete(subscription);
    if (this.opened.size === 0) this.stopAsking();
  }

  /** Ends all until {@link wake}. */
  rest(): void {
    this.stopAsking();
    for (const subscription of this.opened) subscription.end();
  }

  /** Opens them again. */
  wake(): void {
    for (const subscription of this.opened) subscription.wake();
    this.schedule();
  }

  /** Ends all, later ones as well. */
  close(): void {
    this.isClosed = true;
    this.rest();
    this.opened.clear();
  }

  private schedule(): void {
    if (this.timer !== undefined || this.opened.size === 0) return;
    const delayMs = ASK_EVERY_MS * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      for (const subscription of this.opened) void subscription.ask();
      void this.lookWhereNobodyTells();
      this.schedule();
    }, delayMs).unref();
  }

  private stopAsking(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Other instances have the same rights as this one: where it may not publish, they can't tell of what they change. */
  private async lookWhereNobodyTells(): Promise<void> {
    const [one] = this.opened;
    if (one === undefined || this.#connection.status !== 'ready') return;
    const late = (): Error => new Error('no answer');
    const publish = (): Promise<unknown> => this.#connection.call('publish', `${one.channel}:probe`, '1');
    const error = await withinDeadline(publish, PATIENCE_MS, late).then(
      () => undefined,
      (failure: Error) => failure,
    );
    if (error === undefined || !isForbidden(error.message) || this.isClosed) return;
    this.tellOfRefusal('PUBLISH');
    for (const subscription of this.opened) subscription.look();
  }

  private tellOfRefusal(command: string): void {
    if (this.told.has(command)) return;
    this.told.add(command);
    this.logger.warn(
      `Redis, or its ACL, forbids ${command}: roles and keys that other instances changed are looked for every 5 s instead. See docs/redis.acl.`,
    );
  }
}
