import type { Principal } from '../../kernel/principal.js';
import type { CredentialRequest } from '../requests/credentials.js';

/** A credential that a call carries, and that nobody has verified yet. */
export interface ShownCredential {
  /** As it was found. */
  readonly credential: unknown;
  /** Whether it may have come without the caller's doing. */
  readonly isAmbient: boolean;

  /**
   * Whom it speaks for now; may be asked again later.
   * @throws AuthError `invalid_token`, `store_unavailable` @throws TypeError when a scheme answers nonsense
   */
  verify(): Principal | Promise<Principal>;
}

/** Looks for the credentials of one kind, and verifies none. */
export interface CredentialFinder {
  /** @param token the bearer token of the request, from wherever that is on its transport */
  find(request: CredentialRequest, token?: string): readonly ShownCredential[];
}
