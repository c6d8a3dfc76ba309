import { Body, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { CredentialRequest } from '../authentication/credentials.js';
import { CurrentUser } from '../authentication/current-user.decorator.js';
import { LoginService } from '../authentication/login.service.js';
import { LogoutService } from '../authentication/logout.service.js';
import { type RefreshedRequest, RefreshGuard } from '../authentication/refresh.guard.js';
import { Authenticated, Public } from '../context/route-authentication.decorators.js';
import type { Principal } from '../kernel/principal.js';
import { type DeviceRequest, deviceOf } from './device-of.js';
import { LoginRequest } from './login-request.dto.js';
import { type PrincipalResponse, toPrincipalResponse } from './principal-response.js';
import { requestBody } from './request-body.pipe.js';
import { TokenResponder, type TokenResponse } from './token-response.js';

/** Login, refresh, logout and "who am I". {@link endpointControllers} gives it its path. */
@Authenticated()
export class AuthController {
  constructor(
    private readonly logins: LoginService,
    private readonly logouts: LogoutService,
    private readonly responder: TokenResponder,
  ) {}

  @Public()
  @Post('login')
  @HttpCode(200)
  async login(
    @Body(requestBody(LoginRequest))
    { username, password, scope, device_label: label }: Readonly<LoginRequest>,
    @Req() request: DeviceRequest,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<TokenResponse> {
    const grant = await this.logins.login({ username, password, scope, device: deviceOf(request, label) });
    await this.logouts.endReplaced(request);
    return this.responder.write(request, response, grant);
  }

  @Public()
  @UseGuards(RefreshGuard)
  @Post('refresh')
  @HttpCode(200)
  refresh(@Req() request: RefreshedRequest, @Res({ passthrough: true }) response: unknown): TokenResponse {
    return this.responder.write(request, response, request.tokenGrant);
  }

  // The service looks at the access token itself: here an expired one is no reason to refuse.
  @Public()
  @Post('logout')
  @HttpCode(204)
  async logout(
    @Req() request: CredentialRequest,
    @Res({ passthrough: true }) response: unknown,
  ): Promise<void> {
    await this.logouts.logout(request);
    this.responder.clear(request, response);
  }

  @Get('me')
  me(@CurrentUser() principal: Principal): PrincipalResponse {
    return toPrincipalResponse(principal);
  }
}
