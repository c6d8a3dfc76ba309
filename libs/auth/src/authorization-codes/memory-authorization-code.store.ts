import type { Clock } from '../kernel/clock.js';
import { digest } from '../kernel/opaque.js';
import { ExpiringMap } from '../memory/expiring-map.js';
import type { Sweepable } from '../memory/sweeper.js';
import {
  type AuthorizationCodeContent,
  AuthorizationCodeStore,
  type CodeRedemption,
  type RecalledCode,
} from './authorization-code.store.js';

const MAX_CODES = 100_000;

/** Authorization codes of this process only; full of them it issues no more, rather than forget that one was used. */
export class MemoryAuthorizationCodeStore extends AuthorizationCodeStore implements Sweepable {
  private readonly codes: ExpiringMap<string, Exclude<RecalledCode, { verdict: 'unknown' }>>;

  constructor(
    private readonly clock: Clock,
    { maxCodes = MAX_CODES }: { readonly maxCodes?: number } = {},
  ) {
    super();
    this.codes = new ExpiringMap({ clock, maxEntries: maxCodes, whenFull: 'refuse' });
  }

  /** Codes held, used ones included; for tests and metrics. */
  get size(): number {
    return this.codes.size;
  }

  async issue(code: string, content: AuthorizationCodeContent, ttlMs: number): Promise<void> {
    this.codes.set(digest(code), { verdict: 'issued', content }, this.clock.now() + ttlMs);
  }

  async recall(code: string): Promise<RecalledCode> {
    return this.codes.get(digest(code)) ?? { verdict: 'unknown' };
  }

  async redeem(code: string, rememberedMs: number): Promise<CodeRedemption> {
    const name = digest(code);
    const known = this.codes.get(name) ?? { verdict: 'unknown' };
    if (known.verdict !== 'issued') return known;
    const { clientId, sessionId } = known.content;
    this.codes.prolong(name, { verdict: 'used', clientId, sessionId }, this.clock.now() + rememberedMs);
    return { verdict: 'redeemed' };
  }

  sweep(): void {
    this.codes.sweep();
  }
}
