import { Delete, Get, HttpCode, Param, Post, Req, Res, UseGuards } from '@nestjs/common';
import { CurrentUser } from '../../authentication/current-user.decorator.js';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import type { HttpResponse } from '../../context/call.js';
import { Authenticated } from '../../context/route-authentication.decorators.js';
import { AuthError } from '../../kernel/auth-error.js';
import type { Principal } from '../../kernel/principal.js';
import { SessionService } from '../../tokens/session.service.js';
import { EndpointGuard } from '../endpoint.guard.js';
import { SessionListing } from './session-listing.js';
import { pageOfSessions } from './session-page.js';
import type { SessionResponse } from './session-response.js';
import { SessionScopeGuard } from './session-scope.guard.js';

/** A user's view of their own sessions. {@link endpointControllers} gives it its path. */
@Authenticated()
@UseGuards(EndpointGuard)
export class SessionsController {
  constructor(
    private readonly sessions: SessionService,
    private readonly listing: SessionListing,
  ) {}

  @UseGuards(SessionScopeGuard)
  @Get('sessions')
  async list(
    @CurrentUser() principal: Principal,
    @Req() request: CredentialRequest,
    @Res() response: HttpResponse,
  ): Promise<SessionResponse[]> {
    const { rows, next } = await this.listing.page(principal, pageOfSessions(request));
    if (next !== undefined) response.header('Link', next);
    return rows;
  }

  @UseGuards(SessionScopeGuard)
  @Delete('sessions/:id')
  @HttpCode(204)
  async revoke(@CurrentUser('subject') subject: string, @Param('id') id: string): Promise<void> {
    const session = await this.sessions.get(id);
    // Somebody else's session looks like none at all.
    if (session?.subject !== subject) throw new AuthError('session_not_found');
    await this.sessions.revoke(id);
  }

  @UseGuards(SessionScopeGuard)
  @Post('logout-all')
  @HttpCode(204)
  async revokeAll(@CurrentUser('subject') subject: string): Promise<void> {
    await this.sessions.revokeAll(subject);
  }

  @UseGuards(SessionScopeGuard)
  @Post('logout-others')
  @HttpCode(204)
  async revokeOthers(@CurrentUser('sessionId') sessionId: string | undefined): Promise<void> {
    if (sessionId === undefined)
      throw new AuthError('session_not_found', { detail: 'the token has no session' });
    await this.sessions.revokeOthers(sessionId);
  }
}
