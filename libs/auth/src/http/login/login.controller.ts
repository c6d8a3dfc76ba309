import { HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import type { DeviceRequest } from '../../context/callers/origin-of.js';
import { Public } from '../../context/route-authentication.decorators.js';
import { EndpointGuard } from '../endpoint.guard.js';
import type { TokenResponse } from '../token-response.js';
import { PasswordLogin } from './password-login.service.js';

/** Login by name and password. {@link endpointControllers} gives it its path. */
@Public()
export class LoginController {
  constructor(private readonly passwords: PasswordLogin) {}

  @UseGuards(EndpointGuard)
  @Post('login')
  @HttpCode(200)
  login(@Req() request: CredentialRequest & DeviceRequest, @Res() response: object): Promise<TokenResponse> {
    return this.passwords.login(request, response);
  }
}
