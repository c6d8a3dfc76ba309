import type { AccessTokenCheck } from '../../tokens/access-token-check.js';
import type { CredentialRequest } from '../requests/credentials.js';
import { cookiesOf } from '../requests/request-cookies.js';
import type { CredentialFinder, ShownCredential } from './shown-credential.js';

/** The access token in a cookie. */
export class AccessCookie implements CredentialFinder {
  constructor(
    private readonly name: string,
    private readonly check: AccessTokenCheck,
  ) {}

  find(request: CredentialRequest): readonly ShownCredential[] {
    return cookiesOf(request, this.name).map((token) => ({
      credential: token,
      isAmbient: true,
      verify: () => this.check.verify(token),
    }));
  }
}
