import { Inject, Injectable } from '@nestjs/common';
import { clientAddress } from './client-address.js';
import { type CredentialWindows, credentialWindows } from './credential-windows.js';
import { quotaExceeded } from './quota-exceeded.js';
import {
  isAdmitted,
  SlidingWindowStore,
  type WindowHit,
  type WindowVerdict,
} from './sliding-window/sliding-window.store.js';
import { ThrottlerSettings } from './throttler.settings.js';

/** An attempt to prove an identity, which counts as a failure until it is told otherwise. */
export interface CredentialAttempt {
  /** Gives the units back. Call it once, when the credentials were right. */
  succeeded(): Promise<void>;
  /** Leaves the units spent; an attempt that is never told how it ended has failed as well. */
  failed(): void;
}

/**
 * Brute-force control for login, password grant and client authentication. Failures count, successes don't: each
 * attempt is counted before the credentials are looked at and given back when they were right, so parallel guesses
 * can't exceed a budget. Accounts are counted by name, whether or not they exist, so nothing tells them apart.
 * @example
 * ```ts
 * const attempt = await credentialThrottle.begin(username, request.ip);
 * const user = await authenticate(username, password);
 * if (user === undefined) attempt.failed();
 * else await attempt.succeeded();
 * ```
 */
@Injectable()
export class CredentialThrottle {
  constructor(
    @Inject(ThrottlerSettings) private readonly settings: ThrottlerSettings,
    @Inject(SlidingWindowStore) private readonly windows: SlidingWindowStore,
  ) {}

  /**
   * Counts an attempt. Call it before the credentials are looked at.
   * @param account the name that was sent, a user's or a client's
   * @param ip the address it came from, as the platform reports it
   * @throws AuthError `quota_exceeded` when a budget is used up
   */
  async begin(account: string, ip: string | undefined): Promise<CredentialAttempt> {
    const address = clientAddress(ip, this.settings.ipv6Prefix);
    const windows = credentialWindows(account, address, this.settings.credentials);
    const taken = await this.take(windows);
    return {
      succeeded: () => this.giveBack(taken, windows.known),
      failed: () => {},
    };
  }

  private async take({ ofAddress, ofAccount, known }: CredentialWindows): Promise<readonly WindowHit[]> {
    const hits = [...ofAddress, ...ofAccount];
    const verdicts = await this.windows.hit(hits);
    if (isAdmitted(hits, verdicts)) return hits;
    const isOfAddress = isAdmitted(ofAddress, verdicts.slice(0, ofAddress.length));
    // Guessing from many machines doesn't shut out the owner, whose address is known.
    if (isOfAddress && (await this.isKnown(known))) return ofAddress;
    await Promise.all(spent(hits, verdicts).map((hit) => this.windows.reward(hit, 1)));
    throw quotaExceeded(hits, verdicts, () => 'credentials');
  }

  private async isKnown(known: WindowHit): Promise<boolean> {
    return (await this.windows.peek(known, known.windowMs)).used > 0;
  }

  private async giveBack(taken: readonly WindowHit[], known: WindowHit): Promise<void> {
    await Promise.all([...taken.map((hit) => this.windows.reward(hit, 1)), this.windows.hit([known])]);
  }
}

function spent(hits: readonly WindowHit[], verdicts: readonly WindowVerdict[]): readonly WindowHit[] {
  return hits.filter((_, index) => verdicts[index]?.outcome === 'admitted');
}
