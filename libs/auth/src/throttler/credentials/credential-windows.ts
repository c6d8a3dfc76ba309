import { digest } from '../../kernel/opaque.js';
import { foldedAccount } from './account-name.js';
import type { CredentialThrottleSettings, FailureBudget } from './credential-throttle.settings.js';
import type { WindowHit } from '../sliding-window/sliding-window.store.js';

const HOUR_MS = 3_600_000;
// How long an attempt that never ends, as in a process that crashed, is taken for one in flight.
const IN_FLIGHT_MS = 15_000;
const NO_LIMIT = 1_000_000_000;

/** Who an attempt is counted for. */
export interface Counted {
  /** The name of the account as it was sent; its budgets are those of all spellings. */
  readonly account: string;
  /** What counts as one client, see `clientAddress`; `undefined`: nobody knows where the attempt came from. */
  readonly address: string | undefined;
  /** Since when the account's failures count, see `CredentialThrottle.forgive`. */
  readonly generation: string;
}

/** Windows that are decided together. */
export interface WindowGroup {
  /** Their common key. */
  readonly key: string;
  /** Budgets of failures; an attempt takes its unit before it is known to be one. */
  readonly budgets: readonly WindowHit[];
  /** Counts the attempts that aren't decided yet; it never refuses. */
  readonly inFlight: WindowHit;
}

/** The windows an attempt is counted in. */
export interface CredentialWindows {
  /** Of the address, on whatever account; without an address there are none. */
  readonly ofAddress: WindowGroup | undefined;
  /** Of the account: from this address, and from wherever. */
  readonly ofAccount: WindowGroup;
  /** The same without the budget of all addresses together: for an address the account knows. */
  readonly ofPair: WindowGroup;
  /**
   * Holds a unit while the address is known to the account. Under the exact name: where names that budgets take for one are
   * two accounts, who logs in to one doesn't make addresses known to the other.
   */
  readonly known: WindowHit | undefined;
}

/** Key of everything about an account, whatever way its name is spelt. */
export function accountKey(account: string): string {
  return `login:${digest(foldedAccount(account), 16)}`;
}

/** The windows of an attempt. */
export function credentialWindows(
  { account, address, generation }: Counted,
  { perAddress, perAccountAndAddress, perAccount, knownAddressTtlMs }: CredentialThrottleSettings,
): CredentialWindows {
  const ofAllSpellings = accountKey(account);
  const budget = (name: string, key: string) => (each: FailureBudget) =>
    windowOf(`${name}.${each.withinMs}`, key, each.withinMs, { limit: each.failures, counts: 'failures' });
  const from = address === undefined ? 'nowhere' : digest(address, 16);
  const pair = perAccountAndAddress.map(budget(`login.pair.${from}.${generation}`, ofAllSpellings));
  const everywhere = perAccount.map(budget(`login.account.${generation}`, ofAllSpellings));
  const ofPair = groupOf(ofAllSpellings, pair);
  const addressKey = `login:${address}`;
  return {
    ofAddress:
      address === undefined
        ? undefined
        : groupOf(addressKey, perAddress.map(budget('login.address', addressKey))),
    ofAccount: { ...ofPair, budgets: [...pair, ...everywhere] },
    ofPair,
    known:
      address === undefined
        ? undefined
        : windowOf(`login.known.${digest(account, 16)}.${from}`, ofAllSpellings, knownAddressTtlMs, {
            precision: 'bounded',
          }),
  };
}

/** How long a generation is remembered: longer than any failure of before it. */
export function generationMs({ perAccountAndAddress, perAccount }: CredentialThrottleSettings): number {
  const spans = [...perAccountAndAddress, ...perAccount].map(({ withinMs }) => withinMs);
  return Math.max(30 * 24 * HOUR_MS, ...spans);
}

/** The hits of a group. */
export function hitsOfGroup({ budgets, inFlight }: WindowGroup): readonly WindowHit[] {
  return [...budgets, inFlight];
}

function groupOf(key: string, budgets: readonly WindowHit[]): WindowGroup {
  return { key, budgets, inFlight: windowOf('login.in-flight', key, IN_FLIGHT_MS) };
}

function windowOf(name: string, key: string, windowMs: number, more: Partial<WindowHit> = {}): WindowHit {
  return { name, key, windowMs, limit: NO_LIMIT, blockMs: 0, cost: 1, counts: 'logins', ...more };
}
