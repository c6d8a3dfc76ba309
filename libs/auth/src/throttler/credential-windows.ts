import { digest } from '../kernel/opaque.js';
import type { CredentialThrottleSettings, FailureBudget } from './credential-throttle.settings.js';
import type { WindowHit } from './sliding-window/sliding-window.store.js';

/** The windows an attempt is counted in. */
export interface CredentialWindows {
  /** Of the address, and of the account from this address; they share a key and so are decided together. */
  readonly ofAddress: readonly WindowHit[];
  /** Of the account, wherever the attempt came from. */
  readonly ofAccount: readonly WindowHit[];
  /** Holds a unit while the address is known to the account. */
  readonly known: WindowHit;
}

/** @param address what counts as one client, see `clientAddress` */
export function credentialWindows(
  account: string,
  address: string,
  settings: CredentialThrottleSettings,
): CredentialWindows {
  // Spellings that many directories take for one account share a budget: merging two is harmless, missing one is not.
  const who = digest(account.normalize('NFKC').trim().toLowerCase(), 16);
  const key = `login:${address}`;
  const { perAddress, perAccountAndAddress, perAccount, knownAddressTtlMs } = settings;
  return {
    ofAddress: [
      ...perAddress.map((budget) => hitOf('login.address', key, budget)),
      ...perAccountAndAddress.map((budget) => hitOf(`login.pair.${who}`, key, budget)),
    ],
    ofAccount: perAccount.map((budget) => hitOf('login.account', `login:${who}`, budget)),
    known: hitOf(`login.known.${who}`, key, { failures: 1, withinMs: knownAddressTtlMs }),
  };
}

function hitOf(name: string, key: string, { failures, withinMs }: FailureBudget): WindowHit {
  return { name: `${name}.${withinMs}`, key, limit: failures, windowMs: withinMs, blockMs: 0, cost: 1 };
}
