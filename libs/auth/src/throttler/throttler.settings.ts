import type { ExecutionContext } from '@nestjs/common';
import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type Duration, resolveDuration } from '../kernel/duration.js';
import { type CredentialThrottleOptions, resolveCredentialSettings } from './credential-throttle.settings.js';
import type { CredentialThrottleSettings } from './credential-throttle.settings.js';
import type { StoreFailurePolicy } from './sliding-window/fallback.store.js';
import type { WindowPrecision } from './sliding-window/sliding-window.store.js';

/** A value, or a function of the call (the limit of the caller's plan, say); numbers of a function are milliseconds. */
export type PerCall<T> = T | ((context: ExecutionContext) => number | Promise<number>);

/** Before authentication by address, or after it by subject (and by address where nobody is authenticated). */
export type ThrottleStage = 'ip' | 'user';

/** Finds who is being counted; `undefined` skips the throttler for this call. */
export type TrackerOf = (
  request: Record<string, unknown>,
  context: ExecutionContext,
) => string | undefined | Promise<string | undefined>;

/** One named limit. */
export interface ThrottlerOptions {
  /** Name in `@Throttle`, `@SkipThrottle` and the headers. @default 'default' */
  readonly name?: string;
  /** Requests in any interval of length `ttl`. */
  readonly limit: PerCall<number>;
  /** Length of the sliding window. */
  readonly ttl: PerCall<Duration>;
  /** A refused client stays refused this long; 0 lets it in as soon as the window has room. @default 0 */
  readonly blockDuration?: PerCall<Duration>;
  /** What is counted: addresses before authentication, or users after it. @default 'ip' */
  readonly by?: ThrottleStage;
  /** `bounded` keeps 12 counters instead of each instant: for limits in the thousands. @default 'exact' */
  readonly precision?: WindowPrecision;
  /** Counts, logs and sets headers, but refuses nobody. @default false */
  readonly dryRun?: boolean;
  /** Calls for which this answers true (a promise is awaited) aren't counted. */
  readonly skipIf?: (context: ExecutionContext) => boolean | Promise<boolean>;
  /** Who is being counted, instead of what `by` says; needed for WebSocket and RPC. Never trust what a client can choose. */
  readonly getTracker?: TrackerOf;
}

/** Options of the rate limits. */
export interface ThrottleOptions {
  /** Named limits. @default one, `default`: 100 requests per address in 60 s, across all routes */
  readonly throttlers?: readonly ThrottlerOptions[];
  /** While the shared store is down: count in process, `open` (no limit) or `closed` (503). @default 'memory' */
  readonly onStoreFailure?: StoreFailurePolicy;
  /** Remember refusals in process, so that a flood doesn't reach the store. @default true */
  readonly denyCache?: boolean;
  /** `RateLimit` and `RateLimit-Policy`, with or without `X-RateLimit-*`, or none. @default 'all' */
  readonly headers?: 'all' | 'standard' | 'none';
  /** Leading bits of an IPv6 address that make one client; providers hand out a /64 or more to each. @default 64 */
  readonly ipv6Prefix?: number;
  /** Budgets of failed logins. */
  readonly credentials?: CredentialThrottleOptions;
}

/** One resolved limit; numbers are milliseconds. */
export interface ThrottlerPlan {
  readonly name: string;
  readonly limit: PerCall<number>;
  readonly windowMs: PerCall<number>;
  readonly blockMs: PerCall<number>;
  readonly by: ThrottleStage;
  readonly precision: WindowPrecision;
  readonly dryRun: boolean;
  readonly skipIf: ((context: ExecutionContext) => boolean | Promise<boolean>) | undefined;
  readonly getTracker: TrackerOf | undefined;
}

/** Resolved {@link ThrottleOptions}. */
export abstract class ThrottlerSettings {
  abstract readonly throttlers: readonly ThrottlerPlan[];
  abstract readonly onStoreFailure: StoreFailurePolicy;
  abstract readonly denyCache: boolean;
  abstract readonly headers: 'all' | 'standard' | 'none';
  abstract readonly ipv6Prefix: number;
  abstract readonly credentials: CredentialThrottleSettings;
}

const DEFAULT_THROTTLERS: readonly ThrottlerOptions[] = [{ limit: 100, ttl: '60s' }];
// A name is part of a structured field (RFC 8941 §3.3.3) and of a header's name.
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Resolves the options, collecting every mistake. */
export function resolveThrottlerSettings(
  options: ThrottleOptions,
  findings: ConfigurationFindings,
  path = 'throttle',
): ThrottlerSettings {
  const { throttlers = DEFAULT_THROTTLERS, ipv6Prefix = 64 } = options;
  const plans = throttlers.map((each, index) => resolvePlan(each, `${path}.throttlers[${index}]`, findings));
  if (new Set(plans.map(({ name }) => name)).size < plans.length)
    findings.add(`${path}.throttlers`, 'two throttlers have the same name');
  if (!Number.isInteger(ipv6Prefix) || ipv6Prefix < 16 || ipv6Prefix > 128)
    findings.add(`${path}.ipv6Prefix`, 'expected a whole number from 16 to 128');
  return Object.freeze({
    throttlers: Object.freeze(plans),
    onStoreFailure: oneOf(
      ['memory', 'open', 'closed'],
      options.onStoreFailure,
      `${path}.onStoreFailure`,
      findings,
    ),
    denyCache: options.denyCache ?? true,
    headers: oneOf(['all', 'standard', 'none'], options.headers, `${path}.headers`, findings),
    ipv6Prefix,
    credentials: resolveCredentialSettings(options.credentials ?? {}, findings, `${path}.credentials`),
  });
}

function resolvePlan(
  options: ThrottlerOptions,
  path: string,
  findings: ConfigurationFindings,
): ThrottlerPlan {
  const { name = 'default', limit, ttl, blockDuration = 0 } = options;
  if (!NAME.test(name)) findings.add(`${path}.name`, 'expected 1-64 letters, digits, `_` or `-`');
  if (typeof limit !== 'function' && !(Number.isSafeInteger(limit) && limit >= 0))
    findings.add(`${path}.limit`, 'expected a whole number, 0 or more, or a function');
  return Object.freeze({
    name,
    limit,
    windowMs: spanOf(ttl, `${path}.ttl`, 1, findings),
    blockMs: spanOf(blockDuration, `${path}.blockDuration`, 0, findings),
    by: oneOf(['ip', 'user'], options.by, `${path}.by`, findings),
    precision: oneOf(['exact', 'bounded'], options.precision, `${path}.precision`, findings),
    dryRun: options.dryRun ?? false,
    skipIf: options.skipIf,
    getTracker: options.getTracker,
  });
}

function spanOf(
  value: PerCall<Duration>,
  path: string,
  min: number,
  findings: ConfigurationFindings,
): PerCall<number> {
  if (typeof value === 'function') return value;
  // `undefined` has no default here: a throttler without a window is a mistake.
  return resolveDuration(path, value ?? 'missing', min, findings, { min });
}

function oneOf<T extends string>(
  allowed: readonly [T, ...T[]],
  value: T | undefined,
  path: string,
  findings: ConfigurationFindings,
): T {
  if (value === undefined) return allowed[0];
  if (!allowed.includes(value)) findings.add(path, `expected one of ${allowed.join(', ')}`);
  return value;
}
