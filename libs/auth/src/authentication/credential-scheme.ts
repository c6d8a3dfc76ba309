import type { Principal } from '../kernel/principal.js';
import type { CredentialRequest } from './requests/credentials.js';

/**
 * Whom a credential speaks for. What is left out is nothing: no role, no session, no end, the subject as its own client
 * (`client:ci` is `ci`); and without `issuedAt` it is as new as the call.
 */
export type VerifiedCredential = Pick<Principal, 'subject' | 'tokenId'> & Partial<Omit<Principal, 'scheme'>>;

/**
 * A kind of credential that callers may show instead of an access token: an API key, a signed request, a certificate.
 * A call is tried by the one scheme whose credential it carries, never by trying the secret of one against another.
 */
export abstract class CredentialScheme<Credential = string> {
  /** Its name, an auth-scheme (RFC 9110 §11.1): challenges ask for it, and the principal says it as `scheme`. */
  abstract readonly scheme: string;

  /** Whether a 401 asks for it. `false` for what no challenge can ask for, such as a certificate. @default true */
  readonly isChallenged?: boolean;

  /**
   * Whether it comes without the caller's doing, as cookies and certificates do: a credential that was shown on purpose
   * goes before it, and what another site makes a browser send is refused. @default false
   */
  readonly isAmbient?: boolean;

  /**
   * Whether an OpenAPI document tells of it. `false` for what no client of the API has, such as the login of pages that the app
   * serves itself. @default true
   */
  readonly isDocumented?: boolean;

  /** Whether `verify()` answers for revocations as well, so that the token blacklist need not be asked. @default false */
  readonly knowsRevocations?: boolean;

  /**
   * The credential of this kind that a call carries, as it is; `undefined` when there is none. Verifies nothing, and never
   * waits. @throws AuthError `invalid_request` for two, `invalid_token` for a malformed one
   */
  abstract find(request: CredentialRequest): Credential | undefined;

  /**
   * Whom a credential speaks for, and whether it still does; `undefined` is a 401. What is thrown that is no refusal is a 503, and
   * so is no answer within 3 s. A socket's is verified again with each message, and now and then while the socket is open.
   * @throws AuthError `invalid_token`, `store_unavailable`
   */
  abstract verify(credential: Credential): Promise<VerifiedCredential | undefined>;
}
