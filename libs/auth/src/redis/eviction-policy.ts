import type { GuardedRedis } from './guarded-redis.js';

/** What Redis does when its memory is full (`maxmemory-policy`); `undefined` when it won't say. */
export async function evictionPolicyOf(redis: GuardedRedis): Promise<string | undefined> {
  try {
    return /^maxmemory_policy:(\S+)/m.exec(String(await redis.call('info', 'memory')))?.[1];
  } catch {
    // Not ready yet, or the ACL of the host keeps INFO to itself.
    return undefined;
  }
}
