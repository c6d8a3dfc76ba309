import { AuthError } from '../kernel/auth-error.js';
import type { WindowHit, WindowVerdict } from './sliding-window/sliding-window.store.js';

/** The refusal of a call: one wait, the largest of all, and the names of the limits it broke. */
export function quotaExceeded(
  hits: readonly WindowHit[],
  verdicts: readonly WindowVerdict[],
  nameOf: (hit: WindowHit) => string,
): AuthError {
  let waitMs = 0;
  const violated = new Set<string>();
  verdicts.forEach((verdict, index) => {
    const hit = hits[index]!;
    if (verdict.outcome !== 'refused' || hit.dryRun === true) return;
    waitMs = Math.max(waitMs, verdict.waitMs);
    violated.add(nameOf(hit));
  });
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  return new AuthError('quota_exceeded', {
    detail: `Try again in ${retryAfterSeconds} s.`,
    retryAfterSeconds,
    extensions: { 'violated-policies': [...violated] },
  });
}
