import { Get, NotFoundException, Post, Query } from '@nestjs/common';
import { Permissions, SessionService } from 'nestjs-gatehouse';
import { PageEvents } from '../../browser-logins/page-events.service.js';
import type { User } from '../../database/schema.js';
import type { Form } from '../../pages/form.js';
import type { Page } from '../../pages/page.js';
import { UsersRepository } from '../../users/users.repository.js';
import { consolePath } from '../console-path.js';
import type { Onward } from '../console.interceptor.js';
import { ConsoleController } from '../console-routes.js';
import { Deed } from '../deed.js';
import { ByVisitor, Sent, type Visitor } from '../visitor.js';
import { MOST_SESSIONS, sessionsPage } from './sessions.page.js';
import { MOST_USERS, usersPage } from './users.page.js';

/** Who is logged in where, and the end of it. */
@ConsoleController('/sessions')
export class SessionsController {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionService,
    private readonly deeds: PageEvents,
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
    @Deed() done: string | undefined,
    @ByVisitor() visitor: Visitor,
  ): Promise<Page> {
    const user = await this.userNamed(username);
    const sessions = await this.sessions.list(user.username, { limit: MOST_SESSIONS });
    return sessionsPage(visitor, { user, sessions, done, now: Date.now() });
  }

  @Post('end')
  @Permissions('console:write')
  async end(@Sent() form: Form, @ByVisitor() { username: operator }: Visitor): Promise<Onward> {
    const { username: subject } = await this.userNamed(form.text('user'));
    const session = await this.sessions.get(form.text('session'));
    // It may have ended by itself meanwhile.
    if (session?.subject !== subject) return { location: ofUser(subject), deed: 'gone' };
    await this.sessions.revoke(session.id);
    this.deeds.tell({ event: 'operator.session-ended', operator, subject, sessionId: session.id });
    return { location: ofUser(subject), deed: 'ended' };
  }

  @Post('end-all')
  @Permissions('console:write')
  async endAll(@Sent() form: Form, @ByVisitor() { username: operator }: Visitor): Promise<Onward> {
    const { username: subject } = await this.userNamed(form.text('user'));
    await this.sessions.revokeAll(subject);
    this.deeds.tell({ event: 'operator.everything-ended', operator, subject });
    return { location: ofUser(subject), deed: 'ended-all' };
  }

  private async userNamed(name: unknown): Promise<User> {
    const user = await this.users.find(String(name));
    if (user === undefined) throw new NotFoundException();
    return user;
  }
}

const ofUser = (user: string): string => consolePath('/sessions/of', { user });
