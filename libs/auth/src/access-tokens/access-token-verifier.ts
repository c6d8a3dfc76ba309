import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '../peers/nestjs-jwt.js';
import type { Principal } from '../kernel/principal.js';
import { KeyRing } from '../keys/key-ring.js';
import type { VerificationKey } from '../keys/signing-key.js';
import { readAccessTokenHeader, type TokenHeader } from './access-token-header.js';
import { AccessTokensSettings } from './access-tokens.settings.js';
import { parseCompactJws } from '../jose/compact-jws.js';
import { invalidToken } from './invalid-token.js';
import { type JsonObject, parseStrictObject } from '../jose/strict-json.js';
import { VerifiedTokens } from './verified-tokens.js';

/** How often a token was known already, and how often its signature had to be checked. */
export interface VerificationCounts {
  readonly hits: number;
  readonly misses: number;
}

/** What a token says, and the key that signed it. */
interface SignedClaims {
  readonly claims: JsonObject;
  readonly key: VerificationKey;
}

/** Judges access tokens, the same way for guards, introspection and hosts. Revocation is decided one floor higher. */
@Injectable()
export class AccessTokenVerifier {
  private misses = 0;

  constructor(
    private readonly settings: AccessTokensSettings,
    private readonly keys: KeyRing,
    private readonly jwt: JwtService,
    private readonly known: VerifiedTokens,
  ) {}

  /** Counts since the start, for metrics. */
  get counts(): VerificationCounts {
    return { hits: this.known.hits, misses: this.misses };
  }

  /** Who a token speaks for. @throws AuthError `invalid_token`; why is in its private detail */
  async verify(token: string): Promise<Principal> {
    return this.known.find(token) ?? (await this.verifyAfresh(token));
  }

  private async verifyAfresh(token: string): Promise<Principal> {
    this.misses += 1;
    const { foreign } = this.settings;
    const { claims, key } = await this.signedClaims(token, (header) =>
      readAccessTokenHeader(header, foreign?.types),
    );
    return this.known.accept(token, claims, key);
  }

  /**
   * The claims of a token of any kind that one of the keys has signed; only that is known of them. The cheapest checks come
   * first: a token that isn't ours never reaches a key.
   * @param read checks the header
   * @throws AuthError `invalid_token`, `store_unavailable`
   */
  async signedClaims(token: string, read: (header: JsonObject) => TokenHeader): Promise<SignedClaims> {
    const jws = parseCompactJws(token, this.settings.maxBytes);
    if ('fault' in jws) throw invalidToken(jws.fault);
    const header = read(jws.header);
    const known = this.keys.find(header.kid);
    const candidates = known.length > 0 ? known : await this.keys.findOrReload(header.kid);
    const key = this.keyThatSigned(token, header, candidates);
    const claims = parseStrictObject(jws.payload);
    if (claims === undefined) throw invalidToken('the claims are not a plain JSON object');
    return { claims, key };
  }

  private keyThatSigned(
    token: string,
    { algorithm }: TokenHeader,
    candidates: readonly VerificationKey[],
  ): VerificationKey {
    if (candidates.length === 0) throw invalidToken('the key is unknown or retired');
    // Each key names its algorithm; that of the header only has to agree (RFC 8725 §3.1).
    const fitting = candidates.filter((key) => key.algorithm === algorithm);
    if (fitting.length === 0) throw invalidToken('the key is for another algorithm');
    const key = fitting.find((each) => this.isSignedWith(each, token));
    if (key === undefined) throw invalidToken('the signature does not verify');
    return key;
  }

  private isSignedWith(key: VerificationKey, token: string): boolean {
    try {
      this.jwt.verify(token, {
        secret: asJwtSecret(key.key),
        algorithms: [key.algorithm],
        // Time is checked with the other claims, by the injected clock and on known tokens as well.
        ignoreExpiration: true,
        ignoreNotBefore: true,
      });
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * As `secret` a key goes before anything that a host's own JwtModule was registered with. Nest's type leaves KeyObject
 * out; jsonwebtoken underneath takes it.
 */
function asJwtSecret(key: KeyObject): Buffer {
  return key as unknown as Buffer;
}
