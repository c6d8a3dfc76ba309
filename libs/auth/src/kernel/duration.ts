import ms from 'ms';

/** A span of time: a number of milliseconds or text such as `'15m'`, `'7d'`, `'250ms'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

/** Bounds of a duration option in milliseconds. */
export interface DurationBounds {
  readonly min?: number;
  readonly max?: number;
  /** Least bare number that can be meant as milliseconds; a smaller one was most likely typed in seconds. @default 1000 */
  readonly bareMin?: number;
}

const WRITTEN = /^\d+(?:\.\d+)?(?:ms|s|m|h|d|w)$/;

/** Milliseconds of a duration, or `undefined` when it isn't one. Zero is a duration, a negative number is not. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || !WRITTEN.test(value)) return undefined;
  const millis = ms(value as ms.StringValue);
  return Number.isSafeInteger(millis) ? millis : undefined;
}

/** Milliseconds of a duration within its bounds, or `undefined` once `refuse` has said what is wrong. */
export function readDuration(
  value: unknown,
  { min = 0, max = Number.MAX_SAFE_INTEGER, bareMin = 1000 }: DurationBounds = {},
  refuse: (message: string) => void,
): number | undefined {
  const millis = parseDuration(value);
  if (millis === undefined) refuse("expected milliseconds or a duration such as '15m', '12h', '7d'");
  else if (typeof value === 'number' && value > 0 && value < bareMin)
    refuse(`a bare number is milliseconds: write '${value}s' for seconds or '${value}ms' for milliseconds`);
  else if (millis < min || millis > max)
    refuse(
      `expected ${max === Number.MAX_SAFE_INTEGER ? `at least ${ms(min)}` : `between ${ms(min)} and ${ms(max)}`}, got ${ms(millis)}`,
    );
  else return millis;
  return undefined;
}
