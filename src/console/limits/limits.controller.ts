import { isIP } from 'node:net';
import { Get, Post, Query } from '@nestjs/common';
import { CredentialThrottle, Permissions, RateLimits } from 'nestjs-gatehouse';
import type { Form } from '../../pages/form.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import type { Onward } from '../console.interceptor.js';
import { ConsoleController } from '../console-routes.js';
import { ByVisitor, Sent, type Visitor } from '../visitor.js';
import { AccountNames } from './account-names.service.js';
import { BlockedClients, type Client } from './blocked-clients.service.js';
import { limitsPage, type LookedAt } from './limits.page.js';

/** Who is kept out, and whoever is to be let in again. */
@ConsoleController('/limits')
export class ConsoleLimitsController {
  constructor(
    private readonly limits: RateLimits,
    private readonly credentials: CredentialThrottle,
    private readonly blocked: BlockedClients,
    private readonly accounts: AccountNames,
  ) {}

  @Get()
  async show(
    @Query('client') typed: unknown,
    @Query('done') done: unknown,
    @ByVisitor() visitor: Visitor,
  ): Promise<Page> {
    const now = Date.now();
    const logins = this.blocked.ofLogins(now);
    return limitsPage(visitor, {
      requests: await this.blocked.ofRequests(now),
      logins: await this.accounts.named(logins),
      inForce: this.limits.inForce,
      lookedAt: typeof typed === 'string' ? await this.lookAt(typed.trim()) : undefined,
      done,
      now,
    });
  }

  @Post('release')
  @Permissions('console:write')
  async release(@Sent() form: Form): Promise<Onward> {
    const client = clientOf(form.text('client'));
    const { throttlers } = this.limits.inForce;
    if (client !== undefined)
      await Promise.all(throttlers.map(({ name }) => this.limits.reset(name, client)));
    return { location: consolePath('/limits', { done: 'released' }) };
  }

  @Post('forgive')
  @Permissions('console:write')
  async forgive(@Sent() form: Form): Promise<Onward> {
    const user = form.text('user');
    await this.credentials.forgive(user);
    this.blocked.forgiven(this.accounts.accountOf(user));
    return { location: consolePath('/limits', { done: 'forgiven' }) };
  }

  private async lookAt(typed: string): Promise<LookedAt> {
    const client = clientOf(typed);
    if (client === undefined) return { typed, uses: [] };
    const uses = this.limits.inForce.throttlers.map(async ({ name, limit }) => ({
      name,
      limit,
      ...(await this.limits.peek(name, client)),
    }));
    return { typed, client, uses: await Promise.all(uses) };
  }
}

/** An address, or a user: limits count either. */
function clientOf(typed: string): Client | undefined {
  if (typed === '') return undefined;
  return isIP(typed) === 0 ? { user: typed } : { ip: typed };
}
