import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type Duration, resolveDuration } from '../kernel/duration.js';

/** So many failures in any interval of this length; the next attempt waits until one of them has left it. */
export interface FailureBudgetOptions {
  readonly failures: number;
  readonly within: Duration;
}

/**
 * Budgets of failed credentials. Several budgets over longer and longer intervals make the delay grow: whoever uses up
 * the first waits a minute, whoever goes on waits longer. Nobody is ever locked out for good.
 */
export interface CredentialThrottleOptions {
  /** Failures on one account from one address. @default 5 in 1m, 10 in 10m, 20 in 1h */
  readonly perAccountAndAddress?: readonly FailureBudgetOptions[];
  /** Failures from one address, on whatever accounts. @default 30 in 1m, 100 in 1h */
  readonly perAddress?: readonly FailureBudgetOptions[];
  /**
   * Failures on one account from addresses that never logged in to it; addresses that did aren't affected, so that
   * guessing from many machines doesn't shut the owner out.
   * @default 100 in 1h
   */
  readonly perAccount?: readonly FailureBudgetOptions[];
  /** How long an address that logged in to an account is remembered as known to it. @default '30d' */
  readonly knownAddressTtl?: Duration;
}

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

const DAY_MS = 24 * 60 * 60 * 1000;

/** Resolves the options, collecting every mistake. */
export function resolveCredentialSettings(
  options: CredentialThrottleOptions,
  findings: ConfigurationFindings,
  path: string,
): CredentialThrottleSettings {
  const budgets = (name: string, value: readonly FailureBudgetOptions[]): readonly FailureBudget[] =>
    Object.freeze(value.map((each, index) => resolveBudget(each, `${path}.${name}[${index}]`, findings)));
  const {
    perAccountAndAddress = [
      { failures: 5, within: '1m' },
      { failures: 10, within: '10m' },
      { failures: 20, within: '1h' },
    ],
    perAddress = [
      { failures: 30, within: '1m' },
      { failures: 100, within: '1h' },
    ],
    perAccount = [{ failures: 100, within: '1h' }],
    knownAddressTtl,
  } = options;
  return Object.freeze({
    perAccountAndAddress: budgets('perAccountAndAddress', perAccountAndAddress),
    perAddress: budgets('perAddress', perAddress),
    perAccount: budgets('perAccount', perAccount),
    knownAddressTtlMs: resolveDuration(`${path}.knownAddressTtl`, knownAddressTtl, 30 * DAY_MS, findings, {
      min: 1,
    }),
  });
}

function resolveBudget(
  { failures, within }: FailureBudgetOptions,
  path: string,
  findings: ConfigurationFindings,
): FailureBudget {
  if (!Number.isSafeInteger(failures) || failures < 1)
    findings.add(`${path}.failures`, 'expected a whole number of 1 or more');
  return Object.freeze({
    failures,
    withinMs: resolveDuration(`${path}.within`, within ?? 'missing', 1, findings, { min: 1 }),
  });
}
