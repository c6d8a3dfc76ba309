import { Injectable } from '@nestjs/common';
import { type JwsFault, type JwsSegments, readJwsHeader, segmentsOf } from '../jose/compact-jws.js';
import { type SignatureCheck, signatureCheck } from '../jose/signature.js';
import { type JsonObject, parseStrictObject } from '../jose/strict-json.js';
import type { Principal } from '../kernel/principal.js';
import { KeyRing } from '../keys/key-ring.js';
import type { VerificationKey } from '../keys/signing-key.js';
import { readAccessTokenHeader, type TokenHeader } from './access-token-header.js';
import { AccessTokensSettings } from './access-tokens.settings.js';
import { invalidToken } from './invalid-token.js';
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

// An issuer writes one header for each of its keys; more than a few are no use.
const MOST_HEADERS = 16;

/** Judges access tokens, the same way for guards, introspection and hosts. Revocation is decided one floor higher. */
@Injectable()
export class AccessTokenVerifier {
  private misses = 0;
  /** By their text, those of tokens that were good: nobody but the issuer puts one here. */
  private readonly headers = new Map<string, TokenHeader>();
  private readonly checks = new WeakMap<VerificationKey, SignatureCheck>();

  constructor(
    private readonly settings: AccessTokensSettings,
    private readonly keys: KeyRing,
    private readonly known: VerifiedTokens,
  ) {}

  /** Counts since the start, for metrics. */
  get counts(): VerificationCounts {
    return { hits: this.known.hits, misses: this.misses };
  }

  /** Who a token speaks for. @throws AuthError `invalid_token`; why is in its private detail */
  async verify(token: string): Promise<Principal> {
    return this.known.find(token) ?? this.verifyAfresh(token);
  }

  /**
   * {@link verify} for a token that isn't known; at once, unless its key has to be looked for.
   * @throws AuthError `invalid_token`, `store_unavailable`; at once or by rejecting
   */
  verifyAfresh(token: string): Principal | Promise<Principal> {
    this.misses += 1;
    const jws = sound(segmentsOf(token, this.settings.maxBytes));
    const header = this.headers.get(jws.header) ?? this.readHeader(jws);
    const accept = (candidates: readonly VerificationKey[]): Principal => {
      const { claims, key } = this.signedBy(jws, header, candidates);
      const principal = this.known.accept(token, claims, key);
      this.rememberHeader(jws.header, header);
      return principal;
    };
    const candidates = this.keys.find(header.kid);
    return candidates.length > 0 ? accept(candidates) : this.keys.findOrReload(header.kid).then(accept);
  }

  /**
   * The claims of a token of any kind that one of the keys has signed; only that is known of them. The cheapest checks come
   * first: a token that isn't ours never reaches a key.
   * @param read checks the header
   * @throws AuthError `invalid_token`, `store_unavailable`
   */
  async signedClaims(token: string, read: (header: JsonObject) => TokenHeader): Promise<SignedClaims> {
    const jws = sound(segmentsOf(token, this.settings.maxBytes));
    const header = read(sound(readJwsHeader(jws.header)).members);
    return this.signedBy(jws, header, await this.keys.findOrReload(header.kid));
  }

  /** Whether a key has signed what a token says. */
  protected isSignedWith(key: VerificationKey, { input, signature }: JwsSegments): boolean {
    let check = this.checks.get(key);
    if (check === undefined) {
      check = signatureCheck(key.algorithm, key.key);
      this.checks.set(key, check);
    }
    return check(input, signature);
  }

  private readHeader(jws: JwsSegments): TokenHeader {
    return readAccessTokenHeader(sound(readJwsHeader(jws.header)).members, this.settings.foreign?.types);
  }

  private rememberHeader(text: string, header: TokenHeader): void {
    if (this.headers.has(text)) return;
    if (this.headers.size >= MOST_HEADERS) this.headers.clear();
    this.headers.set(text, header);
  }

  private signedBy(
    jws: JwsSegments,
    { algorithm }: TokenHeader,
    candidates: readonly VerificationKey[],
  ): SignedClaims {
    if (candidates.length === 0) throw invalidToken('the key is unknown or retired');
    // Each key names its algorithm; that of the header only has to agree (RFC 8725 §3.1).
    const fitting = candidates.filter((key) => key.algorithm === algorithm);
    if (fitting.length === 0) throw invalidToken('the key is for another algorithm');
    const key = fitting.find((each) => this.isSignedWith(each, jws));
    if (key === undefined) throw invalidToken('the signature does not verify');
    const claims = parseStrictObject(jws.payload);
    if (claims === undefined) throw invalidToken('the claims are not a plain JSON object');
    return { claims, key };
  }
}

function sound<T extends object>(read: T | JwsFault): T {
  if ('fault' in read) throw invalidToken(read.fault);
  return read;
}
