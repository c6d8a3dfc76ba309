import { parseDuration } from '../../kernel/duration.js';
import type { RouteLimit } from '../../throttler/requests/route-limits.js';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

// What the app is asked at each call.
const ASKED = 'as the app says';
const SKIPPED = `, skipped ${ASKED}`;
const WRITTEN = /^(\d+) in (\w+) of each (\w+)(?:, then blocked for (\w+))?(?:, (\d+) for a call)?$/;

/** A duration in the greatest unit that it is a multiple of. */
export function shortest(ms: number): string {
  const [unit, length] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1];
  return `${ms / length}${unit}`;
}

/** A limit in words: `100 in 1m of each ip, then blocked for 5m`. */
export function limitInWords(route: RouteLimit): string {
  const { limit, windowMs, blockMs, cost, by, skipIf, getTracker, generateKey } = route;
  const [units, calls] = [limit, cost].map((value) => (typeof value === 'number' ? String(value) : ASKED));
  const [window, block] = [windowMs, blockMs].map((value) =>
    typeof value === 'number' ? shortest(value) : ASKED,
  );
  const counted = getTracker === undefined && generateKey === undefined ? '' : `, counted ${ASKED}`;
  return (
    `${units} in ${window} of each ${by}` +
    `${block === '0ms' ? '' : `, then blocked for ${block}`}${calls === '1' ? '' : `, ${calls} for a call`}` +
    counted +
    (skipIf === undefined ? '' : SKIPPED)
  );
}

/** Whether a limit lets more pass than another one, less, or there is no telling. */
export function compareLimits(now: string, before: string): 'loosened' | 'tightened' | 'changed' {
  // Skipped now and then, it lets more pass than always in force.
  if (now === `${before}${SKIPPED}`) return 'loosened';
  if (before === `${now}${SKIPPED}`) return 'tightened';
  const [one, other] = [strengthOf(now), strengthOf(before)];
  if (one === undefined || other === undefined || one.by !== other.by) return 'changed';
  const signs = one.amounts.map((amount, at) => Math.sign(amount - (other.amounts[at] ?? 0)));
  if (signs.every((sign) => sign >= 0)) return 'loosened';
  return signs.every((sign) => sign <= 0) ? 'tightened' : 'changed';
}

/** How many calls at once, how many in the long run, and how soon again: of each, more is looser. */
function strengthOf(words: string): { readonly by: string; readonly amounts: readonly number[] } | undefined {
  const [, units, window, by, block = '0ms', cost = '1'] = WRITTEN.exec(words) ?? [];
  const [windowMs, blockMs] = [parseDuration(window), parseDuration(block)];
  if (by === undefined || windowMs === undefined || blockMs === undefined) return undefined;
  const calls = Math.floor(Number(units) / Number(cost));
  return { by, amounts: [calls, calls / windowMs, -blockMs] };
}
