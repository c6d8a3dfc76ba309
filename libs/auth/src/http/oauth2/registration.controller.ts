import { HttpCode, Post, Req } from '@nestjs/common';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { Public } from '../../context/route-authentication.decorators.js';
import { RegistrationEndpoint } from '../../oauth2/client-registration/registration.endpoint.js';
import { ThrottleCost } from '../../throttler/requests/throttle-cost.decorator.js';

const UNITS = 10;

/** The client registration endpoint (RFC 7591 §3). {@link oauthControllers} gives it its path. */
@Public()
export class RegistrationController {
  constructor(private readonly endpoint: RegistrationEndpoint) {}

  @ThrottleCost(UNITS)
  @Post()
  @HttpCode(201)
  register(@Req() request: CredentialRequest): Readonly<Record<string, unknown>> {
    return this.endpoint.register(request);
  }
}
