import type { OAuthClient } from '../clients/oauth-client.js';
import type { OAuthRequest } from '../oauth-request.js';

/** What a grant issued. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly refreshToken?: string | undefined;
  /** Granted scope; it is told always, since it may differ from what was asked for (RFC 6749 §3.3). */
  readonly scope?: readonly string[] | undefined;
  /** `token_type`. @default 'Bearer' */
  readonly tokenType?: string | undefined;
  /** Further members of the answer, such as `issued_token_type`. */
  readonly answer?: Readonly<Record<string, unknown>> | undefined;
}

/** One way to get tokens at the token endpoint (RFC 6749 §1.3). It is asked once the client is authenticated and may use it. */
export abstract class Grant {
  /** The value of `grant_type`. */
  abstract readonly type: string;

  /** @throws AuthError of the catalogue; `invalid_grant` for whatever is wrong with what is presented */
  abstract issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens>;
}
