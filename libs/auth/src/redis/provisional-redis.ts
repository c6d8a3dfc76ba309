import type { GuardedRedis } from './guarded-redis.js';

const IDLE_MS = 2_000;

/**
 * A connection of our own while the app around it is still being put together. Nest runs no hook when another provider
 * fails meanwhile, and an open socket, or ioredis trying again and again, would keep the process alive for ever. So until
 * {@link settle} the connection rests when nobody has used it for a moment; its next use wakes it.
 */
export class ProvisionalRedis {
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly redis: GuardedRedis) {
    // The connection is what may keep the process alive, not this timer.
    this.timer = setInterval(() => this.restWhenIdle(), IDLE_MS / 4).unref();
  }

  /** The app is there, and will be shut down in order: from now on the connection stays open. */
  async settle(): Promise<void> {
    clearInterval(this.timer);
    await this.redis.wake();
  }

  /** Nothing is left to do: the connection was closed for good. */
  end(): void {
    clearInterval(this.timer);
  }

  private restWhenIdle(): void {
    if (this.redis.idleMs >= IDLE_MS) this.redis.rest();
  }
}
