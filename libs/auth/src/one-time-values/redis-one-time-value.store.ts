import { digest, randomId } from '../kernel/opaque.js';
import type { GuardedRedis } from '../redis/guarded-redis.js';
import { keptMs, OneTimeValueStore, type UseVerdict } from './one-time-value.store.js';
import { useOnceScript } from './use-once.lua.js';

const ATTEMPT_BYTES = 9;

/** One-time values on Redis, shared by every instance: a key each, which expires with what it remembers. */
export class RedisOneTimeValueStore extends OneTimeValueStore {
  constructor(private readonly redis: GuardedRedis) {
    super();
  }

  async use(value: string, ttlMs: number): Promise<UseVerdict> {
    const attempt = randomId(ATTEMPT_BYTES);
    return (await this.redis.run(useOnceScript, [this.keyOf(value)], [attempt, keptMs(ttlMs)])) as UseVerdict;
  }

  async wasUsed(value: string): Promise<boolean> {
    return (await this.redis.call('exists', this.keyOf(value))) === 1;
  }

  private keyOf(value: string): string {
    const name = digest(value);
    // Values have nothing to do with each other, so each may be in another slot.
    return this.redis.keySpace.key(name.slice(0, 2), 'used', name);
  }
}
