import { saysCookie } from '../../kernel/sender-binding.js';
import type { AccessTokenCheck } from '../../tokens/access-token-check.js';
import type { CredentialRequest } from '../requests/credentials.js';
import { fingerprintBinding } from '../requests/fingerprint.js';
import type { CredentialFinder, ShownCredential } from './shown-credential.js';

/** A bearer token that is bound to the fingerprint cookie, which has to come along. */
export class FingerprintedToken implements CredentialFinder {
  constructor(
    private readonly name: string,
    private readonly check: AccessTokenCheck,
  ) {}

  find(request: CredentialRequest, token?: string): readonly ShownCredential[] {
    if (token === undefined || !saysCookie(token)) return [];
    const binding = fingerprintBinding(request, this.name);
    return [{ credential: token, isAmbient: false, verify: () => this.check.verify(token, binding) }];
  }
}
