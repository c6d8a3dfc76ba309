import { HttpCode, Post, Req, Res } from '@nestjs/common';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import type { HttpResponse } from '../../context/call.js';
import type { DeviceRequest } from '../../context/callers/origin-of.js';
import { Public } from '../../context/route-authentication.decorators.js';
import { DeviceAuthorizationEndpoint } from '../../oauth2/device/device-authorization.endpoint.js';
import { oauthRequestOf } from './oauth-request-of.js';

/** The device authorization endpoint (RFC 8628 §3.1). {@link oauthControllers} gives it its path. */
@Public()
export class DeviceAuthorizationController {
  constructor(private readonly endpoint: DeviceAuthorizationEndpoint) {}

  @Post()
  @HttpCode(200)
  async authorize(
    @Req() request: CredentialRequest & DeviceRequest,
    @Res() response: HttpResponse,
  ): Promise<object> {
    response.header('Pragma', 'no-cache');
    return this.endpoint.answer(oauthRequestOf(request));
  }
}
