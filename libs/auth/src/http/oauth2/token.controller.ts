import { HttpCode, Post, Req, Res } from '@nestjs/common';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import type { HttpResponse } from '../../context/call.js';
import type { DeviceRequest } from '../../context/callers/origin-of.js';
import { Public } from '../../context/route-authentication.decorators.js';
import { type OAuthTokenAnswer, TokenEndpoint } from '../../oauth2/token.endpoint.js';
import { oauthRequestOf } from './oauth-request-of.js';

/** The token endpoint (RFC 6749 §3.2). {@link oauthControllers} gives it its path. */
@Public()
export class TokenController {
  constructor(private readonly endpoint: TokenEndpoint) {}

  @Post()
  @HttpCode(200)
  async token(
    @Req() request: CredentialRequest & DeviceRequest,
    @Res() response: HttpResponse,
  ): Promise<OAuthTokenAnswer> {
    // RFC 6749 §5.1; `Cache-Control` is on all answers of our endpoints.
    response.header('Pragma', 'no-cache');
    return this.endpoint.answer(oauthRequestOf(request));
  }
}
