import { Get, NotFoundException, Post, Query } from '@nestjs/common';
import { Permissions, SessionService } from 'nestjs-gatehouse';
import type { Form } from '../../pages/form.js';
import type { Page } from '../../pages/page.js';
import { UsersRepository } from '../../users/users.repository.js';
import { consolePath } from '../console-path.js';
import type { Onward } from '../console.interceptor.js';
import { ConsoleController } from '../console-routes.js';
import { ByVisitor, Sent, type Visitor } from '../visitor.js';
import { MOST_SESSIONS, sessionsPage } from './sessions.page.js';
import { MOST_USERS, usersPage } from './users.page.js';

/** Who is logged in where, and the end of it. */
@ConsoleController('/sessions')
export class SessionsController {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionService,
  ) {}

  @Get()
  async find(@Query('find') typed: unknown, @ByVisitor() visitor: Visitor): Promise<Page> {
    const text = typeof typed === 'string' ? typed.trim() : '';
    // One more than is shown tells that there are more.
    return usersPage(visitor, text, await this.users.search(text, MOST_USERS + 1));
  }

  @Get('of')
  async show(
    @Query('user') username: unknown,
    @Query('done') done: unknown,
    @ByVisitor() visitor: Visitor,
  ): Promise<Page> {
    const user = await this.users.find(String(username));
    if (user === undefined) throw new NotFoundException();
    const sessions = await this.sessions.list(user.username, { limit: MOST_SESSIONS });
    return sessionsPage(visitor, { user, sessions, done, now: Date.now() });
  }

  @Post('end')
  @Permissions('console:write')
  async end(@Sent() form: Form): Promise<Onward> {
    const session = await this.sessions.get(form.text('session'));
    // It may have ended by itself meanwhile, which is what was wanted.
    if (session !== undefined) await this.sessions.revoke(session.id);
    return { location: ofUser(form.text('user'), 'one') };
  }

  @Post('end-all')
  @Permissions('console:write')
  async endAll(@Sent() form: Form): Promise<Onward> {
    const user = await this.users.find(form.text('user'));
    if (user === undefined) throw new NotFoundException();
    await this.sessions.revokeAll(user.username);
    return { location: ofUser(user.username, 'all') };
  }
}

const ofUser = (user: string, done: string): string => consolePath('/sessions/of', { user, done });
