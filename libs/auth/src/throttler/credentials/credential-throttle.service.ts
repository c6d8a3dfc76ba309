import { Inject, Injectable } from '@nestjs/common';
import { clientAddress, requiredAddress } from '../../context/callers/client-address.js';
import { SlidingWindowStore } from '../sliding-window/sliding-window.store.js';
import { ThrottlerSettings } from '../throttler.settings.js';
import { warnOfUnknownAddress } from '../unknown-address-warning.js';
import { AttemptQueue } from './attempt-queue.js';
import { accountKey, generationMs } from './credential-windows.js';
import { FailureBudgets, type TakenUnits } from './failure-budgets.js';

/**
 * An attempt to log in. Tell how it ended: until then it holds units of the budgets, as a failure would, and others wait
 * for it. The first of the three counts, later ones do nothing.
 */
type CredentialAttempt = {
  /** The credentials were right: gives the units back and remembers the address. @throws AuthError `store_unavailable` */
  succeeded(): Promise<void>;
  /** The credentials were wrong: the units stay spent. */
  failed(): Promise<void>;
  /** Nobody knows, because whoever checks them failed: gives the units back and remembers nothing. */
  abandoned(): Promise<void>;
};

/**
 * Brute-force control for login, password grant and client authentication. Each attempt is counted before the
 * credentials are checked, so parallel guesses can't exceed a budget, and given back when they were right. Names are
 * counted whether or not there is such an account, so an attacker can't find out which accounts exist.
 * @example
 * ```ts
 * const attempt = await credentialThrottle.begin(username, request.ip);
 * try {
 *   const user = await authenticate(username, password);
 *   await (user === undefined ? attempt.failed() : attempt.succeeded());
 * } finally {
 *   await attempt.abandoned(); // where it threw; otherwise this does nothing
 * }
 * ```
 */
@Injectable()
export class CredentialThrottle {
  private readonly queue = new AttemptQueue();
  private readonly budgets: FailureBudgets;

  /** @internal */
  constructor(
    @Inject(ThrottlerSettings) private readonly settings: ThrottlerSettings,
    @Inject(SlidingWindowStore) private readonly windows: SlidingWindowStore,
  ) {
    this.budgets = new FailureBudgets(settings.credentials, windows);
  }

  /**
   * Counts an attempt. Call it before the credentials are checked. Beyond a budget it waits, for a few seconds at most,
   * for earlier attempts that aren't decided yet.
   * @param account the name that was sent, a user's or a client's
   * @param ip the address it came from, as the platform reports it
   * @throws AuthError `quota_exceeded` when a budget is used up, `store_unavailable`
   */
  async begin(account: string, ip: string | undefined): Promise<CredentialAttempt> {
    const address = clientAddress(ip, this.settings.ipv6Prefix);
    if (address === undefined) warnOfUnknownAddress(this.settings, ip);
    return this.attemptWith(await this.queue.admit(() => this.budgets.take(account, address)));
  }

  /**
   * Forgets the failures on an account at once, in all instances: after its password was reset by mail, say. With an
   * address only those from there, otherwise those from everywhere. Failures of an address on other accounts still count.
   * Names that differ only in accents, case, width, ligatures, script of digits or kana, white space or invisible characters
   * share their failures, so they are forgiven together.
   * @throws AuthError `store_unavailable`
   * @throws TypeError the address is no IP address
   */
  async forgive(account: string, address?: string): Promise<void> {
    const key = accountKey(account);
    if (address === undefined) await this.windows.renew(key, generationMs(this.settings.credentials));
    else await this.budgets.forget(account, requiredAddress(address, this.settings.ipv6Prefix));
    this.queue.decided([key]);
  }

  private attemptWith({ groups, known }: TakenUnits): CredentialAttempt {
    let isDecided = false;
    const once = async (end: () => Promise<void>): Promise<void> => {
      if (isDecided) return;
      isDecided = true;
      try {
        await end();
      } finally {
        this.queue.decided(groups.map(({ key }) => key));
      }
    };
    // What is lost with the store leaves the windows by itself; the caller has a more important answer to give.
    const quietly = (end: () => Promise<void>) => (): Promise<void> => once(end).catch(() => {});
    return {
      succeeded: () =>
        once(async () => {
          await Promise.all([this.budgets.giveBack(groups), this.budgets.remember(known)]);
        }),
      failed: quietly(() => this.budgets.keep(groups)),
      abandoned: quietly(() => this.budgets.giveBack(groups)),
    };
  }
}
