import { HttpCode, Post, Req, Res } from '@nestjs/common';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import type { HttpResponse } from '../../context/call.js';
import type { DeviceRequest } from '../../context/callers/origin-of.js';
import { Public } from '../../context/route-authentication.decorators.js';
import { IntrospectionEndpoint } from '../../oauth2/introspection.endpoint.js';
import { oauthRequestOf } from './oauth-request-of.js';

/** The introspection endpoint (RFC 7662 §2). {@link oauthControllers} gives it its path. */
@Public()
export class IntrospectionController {
  constructor(private readonly endpoint: IntrospectionEndpoint) {}

  @Post()
  @HttpCode(200)
  async introspect(
    @Req() request: CredentialRequest & DeviceRequest,
    @Res() response: HttpResponse,
  ): Promise<object> {
    response.header('Pragma', 'no-cache');
    return this.endpoint.answer(oauthRequestOf(request));
  }
}
