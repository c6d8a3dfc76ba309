import type { OAuthClient } from '../clients/oauth-client.js';
import type { CheckedAuthorization } from './authorization-check.js';
import type { AuthorizationRequest } from './authorization-interaction.js';

/** A request as the host is told of it: with the name that its client has now, and without what is between us and the client. */
export function authorizationRequestOf(
  { id, name = id, isFirstParty = false }: OAuthClient,
  waiting: CheckedAuthorization & Pick<AuthorizationRequest, 'handle' | 'expiresAt'>,
): AuthorizationRequest {
  const { handle, redirectUri, scope, resource, prompt, maxAgeSeconds, acrValues, loginHint, expiresAt } =
    waiting;
  const client = Object.freeze({ id, name, isFirstParty });
  const asked = { scope, resource, prompt, maxAgeSeconds, acrValues, loginHint };
  return Object.freeze({ handle, client, redirectUri, ...asked, expiresAt });
}
