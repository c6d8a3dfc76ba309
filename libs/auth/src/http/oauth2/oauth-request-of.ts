import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { OAuthRequest } from '../../oauth2/oauth-request.js';
import { type DeviceRequest, deviceOf } from '../login/device-of.js';

/** What our endpoints read of a request of Express or Fastify. @throws AuthError `invalid_request` unless it is a form */
export function oauthRequestOf(request: CredentialRequest & DeviceRequest): OAuthRequest {
  const { ip, userAgent } = deviceOf(request);
  return new OAuthRequest(request, ip, userAgent);
}
