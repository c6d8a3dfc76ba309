import { HttpCode, Post, Req, Res } from '@nestjs/common';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import type { HttpResponse } from '../../context/call.js';
import type { DeviceRequest } from '../../context/callers/origin-of.js';
import { Public } from '../../context/route-authentication.decorators.js';
import { RevocationEndpoint } from '../../oauth2/revocation.endpoint.js';
import { oauthRequestOf } from './oauth-request-of.js';

/** The revocation endpoint (RFC 7009 §2). {@link oauthControllers} gives it its path. */
@Public()
export class RevocationController {
  constructor(private readonly endpoint: RevocationEndpoint) {}

  @Post()
  @HttpCode(200)
  async revoke(
    @Req() request: CredentialRequest & DeviceRequest,
    @Res() response: HttpResponse,
  ): Promise<object> {
    response.header('Pragma', 'no-cache');
    return this.endpoint.answer(oauthRequestOf(request));
  }
}
