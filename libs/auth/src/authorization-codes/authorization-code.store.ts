/** What a code was issued for (RFC 6749 §4.1.2): whom it lets in, and what its redemption has to match. */
export interface AuthorizationCodeContent {
  readonly clientId: string;
  /** As the authorization request named it. */
  readonly redirectUri: string;
  /** S256 of the verifier (RFC 7636 §4.2). */
  readonly codeChallenge: string;
  /** The session that its redemption opens: named beforehand, so that it can be ended before it is opened. */
  readonly sessionId: string;
  /** Who approved, what was granted and for which resource, written as JSON: a `Login` without device and answer. */
  readonly login: string;
  /** Revocations known when the user was identified: any further one refuses the redemption. */
  readonly revocations: string;
  /** Thumbprint of the key that the code is bound to (RFC 9449 §10). */
  readonly dpopJkt?: string | undefined;
}

/** What is still known of a code that was used: whose it was, and the session that its first use opens. */
export type UsedCode = Pick<AuthorizationCodeContent, 'clientId' | 'sessionId'>;

/** What is known of a code before it is used, or since then. */
export type RecalledCode =
  | { readonly verdict: 'issued'; readonly content: AuthorizationCodeContent }
  | ({ readonly verdict: 'used' } & UsedCode)
  | { readonly verdict: 'unknown' };

/** What using a code answers; `used` names the session of its first use, which has to end (RFC 6749 §4.1.2). */
export type CodeRedemption =
  | { readonly verdict: 'redeemed' }
  | ({ readonly verdict: 'used' } & UsedCode)
  | { readonly verdict: 'unknown' };

/** Authorization codes (RFC 6749 §4.1.2): each works once, on all instances. Only hashes of them are kept. */
export abstract class AuthorizationCodeStore {
  /** Keeps what a new code stands for. @throws AuthError `store_unavailable` */
  abstract issue(code: string, content: AuthorizationCodeContent, ttlMs: number): Promise<void>;

  /** What a code stands for; nothing is used up. @throws AuthError `store_unavailable` */
  abstract recall(code: string): Promise<RecalledCode>;

  /**
   * Uses a code up. Atomic: of any number of callers one redeems it. That it was used is remembered for `rememberedMs`, and for as
   * long as the code would have lived; nothing else is kept of it.
   * @throws AuthError `store_unavailable`
   */
  abstract redeem(code: string, rememberedMs: number): Promise<CodeRedemption>;
}
