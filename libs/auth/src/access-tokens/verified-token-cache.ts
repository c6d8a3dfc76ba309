import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Principal } from '../kernel/principal.js';
import type { AccessTokenCacheOptions } from './access-tokens.settings.js';

/** A token whose signature and claims were good, and the key that said so. Never a verdict on revocation. */
export interface VerifiedToken {
  readonly principal: Principal;
  readonly kid: string;
  readonly key: KeyObject;
  /** `nbf`, epoch ms. */
  readonly notBefore: number;
}

// A principal holds its claims about three times: parsed, in its own fields, and as the text that is the key.
const BYTES_PER_CHARACTER = 4;
const ENTRY_OVERHEAD_BYTES = 512;

/** Remembers verified tokens by their full text: one changed character is another token. Bounded in entries and bytes. */
export class VerifiedTokenCache {
  private readonly tokens: LRUCache<string, VerifiedToken>;

  constructor({ maxEntries, maxBytes }: Required<AccessTokenCacheOptions>) {
    this.tokens = new LRUCache({
      max: maxEntries,
      maxSize: maxBytes,
      sizeCalculation: (_, token) => token.length * BYTES_PER_CHARACTER + ENTRY_OVERHEAD_BYTES,
    });
  }

  get(token: string): VerifiedToken | undefined {
    return this.tokens.get(token);
  }

  set(token: string, verified: VerifiedToken): void {
    this.tokens.set(token, verified);
  }

  delete(token: string): void {
    this.tokens.delete(token);
  }
}
