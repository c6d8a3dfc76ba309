import type { RateLimits } from 'nestjs-gatehouse';

type Throttler = RateLimits['inForce']['throttlers'][number];

/** Whether a limit refuses a client now: also one that blocks for no longer than its window does. */
export function isRefused(
  { limit, dryRun }: Pick<Throttler, 'limit' | 'dryRun'>,
  { used, blockedMs }: { readonly used: number; readonly blockedMs: number },
): boolean {
  return !dryRun && (blockedMs > 0 || (typeof limit === 'number' && used >= limit));
}
