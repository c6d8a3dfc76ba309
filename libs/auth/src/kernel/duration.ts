import ms from 'ms';
import type { ConfigurationFindings } from './configuration-error.js';

/** A span of time: a number of milliseconds or text such as `'15m'`, `'7d'`, `'250ms'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

const WRITTEN = /^\d+(?:\.\d+)?(?:ms|s|m|h|d|w)$/;

/** Milliseconds of a duration, or `undefined` when it isn't one. Zero is a duration, a negative number is not. */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || !WRITTEN.test(value)) return undefined;
  const millis = ms(value as ms.StringValue);
  return Number.isSafeInteger(millis) ? millis : undefined;
}

/** Bounds of a duration option, in milliseconds. */
export interface DurationBounds {
  readonly min?: number;
  readonly max?: number;
}

/** Resolves a duration option to milliseconds; a mistake becomes a finding and the fallback is returned. */
export function resolveDuration(
  option: string,
  value: unknown,
  fallbackMs: number,
  findings: ConfigurationFindings,
  { min = 0, max = Number.MAX_SAFE_INTEGER }: DurationBounds = {},
): number {
  if (value === undefined) return fallbackMs;
  const millis = parseDuration(value);
  if (millis === undefined) {
    findings.add(option, "expected milliseconds or a duration such as '15m', '12h', '7d'");
    return fallbackMs;
  }
  if (millis < min || millis > max) {
    findings.add(option, `expected between ${ms(min)} and ${ms(max)}, got ${ms(millis)}`);
    return fallbackMs;
  }
  return millis;
}
