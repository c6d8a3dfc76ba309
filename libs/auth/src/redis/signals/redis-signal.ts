import type { GuardedRedis } from '../guarded-redis.js';

/**
 * A named signal to every instance ("the role graph changed", "the keys rotated"), over Redis pub/sub. A signal may get
 * lost, so a follower is also called after each (re)connect, and it must read what is stored.
 */
export class RedisSignal {
  private stop = (): void => {};

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

  /**
   * Calls `onSignal` for each signal, after each connect, and every five seconds where Redis forbids to subscribe or to publish, until
   * {@link close}. One follower per signal object.
   */
  follow(onSignal: () => void): void {
    const subscription = this.redis.follow(this.channel, onSignal);
    this.stop = () => this.redis.unfollow(subscription);
  }

  /** Stops following. */
  close(): void {
    this.stop();
  }
}
