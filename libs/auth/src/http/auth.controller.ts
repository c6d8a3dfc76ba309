import { Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { CredentialRequest } from '../authentication/requests/credentials.js';
import { CurrentUser } from '../authentication/current-user.decorator.js';
import { LogoutService } from '../authentication/logout.service.js';
import { type RefreshedRequest, RefreshGuard } from '../authentication/refresh.guard.js';
import { Authenticated, Public } from '../context/route-authentication.decorators.js';
import type { Principal } from '../kernel/principal.js';
import { EndpointGuard } from './endpoint.guard.js';
import { type PrincipalResponse, toPrincipalResponse } from './principal-response.js';
import { TokenResponder, type TokenResponse } from './token-response.js';

/** Refresh, logout and "who am I". {@link endpointControllers} gives it its path. */
@Authenticated()
export class AuthController {
  constructor(
    private readonly logouts: LogoutService,
    private readonly responder: TokenResponder,
  ) {}

  @Public()
  @UseGuards(RefreshGuard)
  @Post('refresh')
  @HttpCode(200)
  refresh(@Req() request: RefreshedRequest & CredentialRequest, @Res() response: object): TokenResponse {
    return this.responder.write(request, response, request.tokenPair);
  }

  // The service looks at the access token itself: here an expired one is no reason to refuse.
  @Public()
  @UseGuards(EndpointGuard)
  @Post('logout')
  @HttpCode(204)
  async logout(@Req() request: CredentialRequest, @Res() response: unknown): Promise<void> {
    await this.logouts.logout(request);
    this.responder.clear(request, response);
  }

  @UseGuards(EndpointGuard)
  @Get('me')
  me(@CurrentUser() principal: Principal): PrincipalResponse {
    return toPrincipalResponse(principal);
  }
}
