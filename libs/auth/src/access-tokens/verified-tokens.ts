import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { JsonObject } from '../jose/strict-json.js';
import { Clock } from '../kernel/clock.js';
import type { Principal } from '../kernel/principal.js';
import { KeyRing } from '../keys/key-ring.js';
import type { VerificationKey } from '../keys/signing-key.js';
import { notBeforeOf, readPrincipal } from './access-token-principal.js';
import { AccessTokensSettings } from './access-tokens.settings.js';

/** A token whose signature and claims were good, and the key that said so. Never a verdict on revocation. */
interface VerifiedToken {
  readonly token: string;
  readonly principal: Principal;
  readonly kid: string;
  readonly key: KeyObject;
  /** `nbf`, epoch ms. */
  readonly notBefore: number;
}

// A principal holds its claims about three times: parsed, in its own fields, and as the text that is the key.
const BYTES_PER_CHARACTER = 4;
const ENTRY_OVERHEAD_BYTES = 512;

// The end of a signature is as long as a digest: no two good tokens share it, and to look up a whole token costs ten times as much.
const TAIL_CHARS = 43;

/**
 * The tokens that this process has verified or signed, by their full text: one changed character is another token.
 * Bounded in entries and bytes.
 */
@Injectable()
export class VerifiedTokens {
  private readonly tokens: LRUCache<string, VerifiedToken> | undefined;
  private found = 0;

  constructor(
    private readonly settings: AccessTokensSettings,
    private readonly keys: KeyRing,
    private readonly clock: Clock,
  ) {
    const { cache } = settings;
    this.tokens =
      cache &&
      new LRUCache({
        max: cache.maxEntries,
        maxSize: cache.maxBytes,
        sizeCalculation: ({ token }) => token.length * BYTES_PER_CHARACTER + ENTRY_OVERHEAD_BYTES,
      });
  }

  /** How often {@link find} knew a token, since the start. */
  get hits(): number {
    return this.found;
  }

  /** Who a known token speaks for, as long as it is valid; `undefined` when it has to be verified (again). */
  find(token: string): Principal | undefined {
    const known = this.tokens?.get(tailOf(token));
    if (known === undefined || known.token !== token) return undefined;
    if (!this.isStillGood(known)) {
      this.tokens?.delete(tailOf(token));
      return undefined;
    }
    this.found += 1;
    return known.principal;
  }

  /** Reads the claims of a token with a good signature of `key`, and remembers the token. @throws AuthError `invalid_token` */
  accept(token: string, claims: JsonObject, key: VerificationKey): Principal {
    const principal = readPrincipal(claims, this.settings, this.clock.now());
    this.remember(token, principal, key);
    return principal;
  }

  /** Remembers a token with a good signature of the key, and what was read from it. */
  remember(token: string, principal: Principal, { kid, key }: VerificationKey): void {
    this.tokens?.set(tailOf(token), {
      token,
      principal,
      kid,
      key,
      notBefore: notBeforeOf(principal.claims),
    });
  }

  private isStillGood({ principal, kid, key, notBefore }: VerifiedToken): boolean {
    const now = this.clock.now();
    const { clockToleranceMs } = this.settings;
    if (now >= principal.expiresAt + clockToleranceMs || now + clockToleranceMs < notBefore) return false;
    return this.keys.find(kid).some((each) => each.key === key);
  }
}

/** Hosts verify what clients send, and that may be anything. */
function tailOf(token: unknown): string {
  return typeof token === 'string' ? token.slice(-TAIL_CHARS) : '';
}
