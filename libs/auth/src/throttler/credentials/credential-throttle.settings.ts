import { type OptionReader, readOptions } from '../../kernel/configuration/option-reader.js';
import type { ThrottlerModuleOptions } from '../throttler.options.js';

/** Options of `throttler.credentials`. */
export type CredentialThrottleOptions = NonNullable<ThrottlerModuleOptions['credentials']>;

/** One resolved budget. */
export interface FailureBudget {
  readonly failures: number;
  readonly withinMs: number;
}

/** Resolved {@link CredentialThrottleOptions}. */
export interface CredentialThrottleSettings {
  readonly perAccountAndAddress: readonly FailureBudget[];
  readonly perAddress: readonly FailureBudget[];
  readonly perAccount: readonly FailureBudget[];
  readonly knownAddressTtlMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DEFAULTS = {
  perAccountAndAddress: [
    { failures: 5, withinMs: MINUTE_MS },
    { failures: 10, withinMs: 10 * MINUTE_MS },
    { failures: 20, withinMs: HOUR_MS },
  ],
  perAddress: [
    { failures: 30, withinMs: MINUTE_MS },
    { failures: 100, withinMs: HOUR_MS },
  ],
  perAccount: [{ failures: 100, withinMs: HOUR_MS }],
} as const;

/** Resolves the options, collecting every mistake. */
export function resolveCredentialSettings(
  read: OptionReader<CredentialThrottleOptions>,
): CredentialThrottleSettings {
  const budgets = (name: keyof typeof DEFAULTS): readonly FailureBudget[] =>
    read.list(name, (entry, path) => readOptions(entry, path, read.findings, resolveBudget)) ??
    Object.freeze(DEFAULTS[name].map((each) => Object.freeze({ ...each })));
  return Object.freeze({
    perAccountAndAddress: budgets('perAccountAndAddress'),
    perAddress: budgets('perAddress'),
    perAccount: read.raw('perAccount') === false ? Object.freeze([]) : budgets('perAccount'),
    knownAddressTtlMs: read.duration('knownAddressTtl', 30 * 24 * HOUR_MS, { min: 1 }),
  });
}

function resolveBudget(
  read: OptionReader<NonNullable<CredentialThrottleOptions['perAddress']>[number]>,
): FailureBudget {
  read.require('failures', 'how many are forgiven');
  read.require('within', "the length of the interval, e.g. '1m'");
  return Object.freeze({
    failures: read.count('failures', 1),
    withinMs: read.duration('within', 1, { min: 1 }),
  });
}
