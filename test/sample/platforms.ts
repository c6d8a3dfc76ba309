import { randomBytes } from 'node:crypto';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';

/** The platforms and stores that must not differ. */
export const variants = (['express', 'fastify'] as const).flatMap((PLATFORM) => [
  { PLATFORM, store: 'memory' as const },
  { PLATFORM, store: 'redis' as const },
]);

/** A Redis for the variants that need one. */
export class OptionalRedis {
  private redis: StandaloneRedis | undefined;
  // Whoever shares a Redis shares the secret that the keys in it are sealed under.
  private readonly secret = randomBytes(32).toString('base64url');

  async environment(store: 'memory' | 'redis'): Promise<Record<string, string>> {
    if (store === 'memory') return {};
    this.redis ??= await startStandalone();
    return { REDIS_URL: this.redis.url, AUTH_SECRET_KEY: this.secret };
  }

  async stop(): Promise<void> {
    await this.redis?.stop();
  }
}
