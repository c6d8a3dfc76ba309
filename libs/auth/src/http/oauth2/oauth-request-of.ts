import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { type DeviceRequest, deviceOf } from '../../context/callers/origin-of.js';
import { OAuthRequest } from '../../oauth2/oauth-request.js';

/** What our endpoints read of a request of Express or Fastify. @throws AuthError `invalid_request` unless it is a form */
export function oauthRequestOf(request: CredentialRequest & DeviceRequest): OAuthRequest {
  return new OAuthRequest(request, deviceOf(request));
}
