import { Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { CurrentUser } from '../authentication/current-user.decorator.js';
import { Authenticated } from '../context/route-authentication.decorators.js';
import { AuthError } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';
import { SessionService } from '../refresh-sessions/session.service.js';
import { type SessionResponse, toSessionResponse } from './session-response.js';

/** A user's view of their own sessions. {@link endpointControllers} gives it its path. */
@Authenticated()
export class SessionsController {
  constructor(private readonly sessions: SessionService) {}

  @Get('sessions')
  async list(@CurrentUser() { subject, sessionId }: Principal): Promise<SessionResponse[]> {
    const sessions = await this.sessions.list(subject);
    return sessions.map((session) => toSessionResponse(session, sessionId));
  }

  @Delete('sessions/:id')
  @HttpCode(204)
  async revoke(@CurrentUser('subject') subject: string, @Param('id') id: string): Promise<void> {
    const session = await this.sessions.get(id);
    // Somebody else's session looks like none at all.
    if (session?.subject !== subject) throw new AuthError('session_not_found');
    await this.sessions.revoke(id);
  }

  @Post('logout-all')
  @HttpCode(204)
  async revokeAll(@CurrentUser('subject') subject: string): Promise<void> {
    await this.sessions.revokeAll(subject);
  }

  @Post('logout-others')
  @HttpCode(204)
  async revokeOthers(@CurrentUser('sessionId') sessionId: string | undefined): Promise<void> {
    if (sessionId === undefined)
      throw new AuthError('session_not_found', { detail: 'the token has no session' });
    await this.sessions.revokeOthers(sessionId);
  }
}
