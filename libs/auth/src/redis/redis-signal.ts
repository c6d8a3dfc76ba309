import type { GuardedRedis } from './guarded-redis.js';
import type { RedisConnection } from './redis-connection.js';

/**
 * A named signal to every instance ("the role graph changed", "the keys rotated"), over Redis pub/sub. Delivery is
 * at most once, so a follower is also called after each (re)connect: it must look at the stored truth, not at the signal.
 * A Cluster client that changes nodes for its subscriptions doesn't say so; what was signalled meanwhile goes unheard.
 */
export class RedisSignal {
  private subscriber: RedisConnection | undefined;

  constructor(
    private readonly redis: GuardedRedis,
    private readonly name: string,
  ) {}

  private get channel(): string {
    return this.redis.keySpace.key('signal', this.name);
  }

  /** Signals all instances, this one included. @throws AuthError `store_unavailable` */
  async send(): Promise<void> {
    await this.redis.call('publish', this.channel, '1');
  }

  /** Calls `onSignal` for each signal and after each connect, until {@link close}. One follower per signal object. */
  follow(onSignal: () => void): void {
    const subscriber = this.redis.openSubscriber();
    this.subscriber = subscriber;
    subscriber.on('message', () => onSignal());
    const subscribe = (): void => {
      subscriber.call('subscribe', this.channel).then(onSignal, () => {});
    };
    subscriber.on('ready', subscribe);
    // A copy of a lazy connection waits for its first command; refused or queued, that command has it connect.
    if (subscriber.status === 'ready' || subscriber.status === 'wait') subscribe();
  }

  /** Stops following. */
  close(): void {
    this.subscriber?.disconnect();
    this.subscriber = undefined;
  }
}
