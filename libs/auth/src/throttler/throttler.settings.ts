import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import { resolveCredentialSettings } from './credentials/credential-throttle.settings.js';
import type { CredentialThrottleSettings } from './credentials/credential-throttle.settings.js';
import type { WindowPrecision } from './sliding-window/sliding-window.store.js';
import type { ThrottlerModuleOptions } from './throttler.options.js';

/** Options of one limit. */
export type ThrottlerOptions = NonNullable<ThrottlerModuleOptions['throttlers']>[number];

/** A value, or a function of the call that answers a number. */
export type PerCall<T> = T | Exclude<ThrottlerOptions['limit'], number>;

/** What limits do while the store can't answer: count in this process, let everything pass, or refuse with 503. */
export type StoreFailurePolicy = NonNullable<ThrottlerModuleOptions['onStoreFailure']>;

/** Before authentication by address, or after it by subject. */
export type ThrottleStage = NonNullable<ThrottlerOptions['by']>;

type TrackerOf = NonNullable<ThrottlerOptions['getTracker']>;

/** One resolved limit; numbers are milliseconds. */
export interface ThrottlerPlan {
  readonly name: string;
  readonly limit: PerCall<number>;
  readonly windowMs: PerCall<number>;
  readonly blockMs: PerCall<number>;
  readonly by: ThrottleStage;
  readonly precision: WindowPrecision;
  readonly dryRun: boolean;
  readonly skipIf: ThrottlerOptions['skipIf'] | undefined;
  readonly getTracker: TrackerOf | undefined;
}

/** Resolved {@link ThrottlerModuleOptions}. */
export abstract class ThrottlerSettings {
  abstract readonly throttlers: readonly ThrottlerPlan[];
  abstract readonly onStoreFailure: StoreFailurePolicy;
  abstract readonly instances: number | (() => number);
  abstract readonly denyCache: boolean;
  abstract readonly headers: 'all' | 'standard' | 'none';
  abstract readonly ipv6Prefix: number;
  abstract readonly credentials: CredentialThrottleSettings;
}

// All of them are one question.
const MOST_THROTTLERS = 50;
const DEFAULT_THROTTLERS: readonly ThrottlerOptions[] = [{ limit: 100, ttl: '60s' }];
// A name is part of a structured field (RFC 8941 §3.3.3) and of a header's name.
const NAME = {
  pattern: /^(?!credential$)[A-Za-z0-9_-]{1,64}$/,
  expected: '1-64 letters, digits, `_` or `-`, and not `credential`, the limit of an API key',
};

/** Resolves the options, collecting every mistake. */
export function resolveThrottlerSettings(
  given: unknown,
  findings: ConfigurationFindings,
  path = 'throttler',
): ThrottlerSettings {
  return readOptions(given, path, findings, readThrottler, { expected: 'an object or false' });
}

/** The same, of a group that may hold more than that. */
export function readThrottler(read: OptionReader<ThrottlerModuleOptions>): ThrottlerSettings {
  return Object.freeze({
    throttlers: resolvePlans(read),
    ...readStorePolicy(read),
    headers: read.choice('headers', ['all', 'standard', 'none']),
    ipv6Prefix: read.count('ipv6Prefix', 64, { min: 16, max: 128 }),
    credentials: read.group('credentials', resolveCredentialSettings),
  });
}

/** What happens while the shared store is down, and whether refusals are remembered. */
export function readStorePolicy(
  read: OptionReader<Pick<ThrottlerModuleOptions, 'onStoreFailure' | 'instances' | 'denyCache'>>,
): Pick<ThrottlerSettings, 'onStoreFailure' | 'instances' | 'denyCache'> {
  const instances = read.raw('instances');
  return {
    onStoreFailure: read.choice('onStoreFailure', ['memory', 'open', 'closed']),
    instances: typeof instances === 'function' ? (instances as () => number) : read.count('instances', 1),
    denyCache: read.flag('denyCache', true),
  };
}

function resolvePlans(read: OptionReader<ThrottlerModuleOptions>): readonly ThrottlerPlan[] {
  const planOf = (entry: unknown, path: string): ThrottlerPlan =>
    readOptions(entry, path, read.findings, resolvePlan);
  const plans = read.list('throttlers', planOf) ?? DEFAULT_THROTTLERS.map((each) => planOf(each, ''));
  if (plans.length > MOST_THROTTLERS) read.refuse('throttlers', `at most ${MOST_THROTTLERS}`);
  if (new Set(plans.map(({ name }) => name)).size < plans.length)
    read.refuse('throttlers', 'two throttlers have the same name');
  return Object.freeze(plans);
}

function resolvePlan(read: OptionReader<ThrottlerOptions>): ThrottlerPlan {
  const reason = read.text('reason', undefined);
  read.require('limit', 'the number of calls in any interval of length `ttl`');
  read.require('ttl', "the length of the window, e.g. '60s'");
  if (read.raw('limit') === 0 && reason === undefined)
    read.refuse(
      'limit',
      '0 refuses every call: say why in `reason`, or leave the throttler out for no limit',
    );
  return Object.freeze({
    name: read.text('name', 'default', NAME),
    limit: perCall(read, 'limit', () => read.count('limit', 1, { min: 0 })),
    windowMs: perCall(read, 'ttl', () => read.duration('ttl', 1, { min: 1 })),
    blockMs: perCall(read, 'blockDuration', () => read.duration('blockDuration', 0)),
    by: read.choice('by', ['ip', 'user']),
    precision: read.choice('precision', ['exact', 'bounded']),
    dryRun: read.flag('dryRun', false),
    skipIf: read.function<NonNullable<ThrottlerOptions['skipIf']>>('skipIf'),
    getTracker: read.function<TrackerOf>('getTracker'),
  });
}

/** A function of the host as it is, or the value that `readValue` finds. */
function perCall(
  read: OptionReader<ThrottlerOptions>,
  name: 'limit' | 'ttl' | 'blockDuration',
  readValue: () => number,
): PerCall<number> {
  const value = read.raw(name);
  return typeof value === 'function' ? (value as PerCall<number>) : readValue();
}
