import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../kernel/clock.js';
import type { Principal } from '../kernel/principal.js';
import { KeyRing } from '../keys/key-ring.js';
import type { VerificationKey } from '../keys/signing-key.js';
import { type AccessTokenHeader, readAccessTokenHeader } from './access-token-header.js';
import { notBeforeOf, readPrincipal } from './access-token-principal.js';
import { AccessTokensSettings } from './access-tokens.settings.js';
import { parseCompactJws } from './compact-jws.js';
import { invalidToken } from './invalid-token.js';
import { asJwtSecret } from './jwt-key.js';
import { parseStrictObject } from './strict-json.js';
import { VerifiedTokenCache, type VerifiedToken } from './verified-token-cache.js';

/** How often a token was known already, and how often its signature had to be checked. */
export interface VerificationCounts {
  readonly hits: number;
  readonly misses: number;
}

/** Judges access tokens, the same way for guards, introspection and hosts. Revocation is decided one floor higher. */
@Injectable()
export class AccessTokenVerifier {
  private readonly cache: VerifiedTokenCache | undefined;
  private hits = 0;
  private misses = 0;

  constructor(
    private readonly settings: AccessTokensSettings,
    private readonly keys: KeyRing,
    private readonly jwt: JwtService,
    private readonly clock: Clock,
  ) {
    this.cache = settings.cache && new VerifiedTokenCache(settings.cache);
  }

  /** Counts since the start, for metrics. */
  get counts(): VerificationCounts {
    return { hits: this.hits, misses: this.misses };
  }

  /** Who a token speaks for. @throws AuthError `invalid_token`; why is in its private detail */
  async verify(token: string): Promise<Principal> {
    return this.peek(token) ?? (await this.verifyAfresh(token));
  }

  /** The same for a token that was verified before, at once and without a promise; `undefined` when it has to be verified (again). */
  peek(token: string): Principal | undefined {
    const known = this.cache?.get(token);
    if (known === undefined) return undefined;
    if (!this.isStillGood(known)) {
      this.cache?.delete(token);
      return undefined;
    }
    this.hits += 1;
    return known.principal;
  }

  private isStillGood({ principal, kid, key, notBefore }: VerifiedToken): boolean {
    const now = this.clock.now();
    const { clockToleranceMs } = this.settings;
    if (now >= principal.expiresAt + clockToleranceMs || now + clockToleranceMs < notBefore) return false;
    return this.keys.find(kid)?.key === key;
  }

  // The cheapest checks come first; a token that isn't ours never reaches a key.
  private async verifyAfresh(token: string): Promise<Principal> {
    this.misses += 1;
    const jws = parseCompactJws(token, this.settings.maxBytes);
    const header = readAccessTokenHeader(jws.header, this.settings.foreign?.types);
    const key = this.keys.find(header.kid) ?? (await this.keys.findOrReload(header.kid));
    if (key === undefined) throw invalidToken('the key is unknown or retired');
    this.checkSignature(token, header, key);
    const claims = parseStrictObject(jws.payload);
    if (claims === undefined) throw invalidToken('the claims are not a plain JSON object');
    const principal = readPrincipal(claims, this.settings, this.clock.now());
    this.cache?.set(token, { principal, kid: key.kid, key: key.key, notBefore: notBeforeOf(claims) });
    return principal;
  }

  private checkSignature(token: string, { algorithm }: AccessTokenHeader, key: VerificationKey): void {
    // The key names its algorithm; that of the header only has to agree (RFC 8725 §3.1).
    if (key.algorithm !== algorithm) throw invalidToken('the key is for another algorithm');
    try {
      this.jwt.verify(token, {
        secret: asJwtSecret(key.key),
        algorithms: [key.algorithm],
        // Time is checked below, by the injected clock and on cached tokens as well.
        ignoreExpiration: true,
        ignoreNotBefore: true,
      });
    } catch {
      throw invalidToken('the signature does not verify');
    }
  }
}
