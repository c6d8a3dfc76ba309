import { isIP } from 'node:net';
import { Get, Post, Query } from '@nestjs/common';
import { type AuthError, CredentialThrottle, Permissions, RateLimits } from 'nestjs-gatehouse';
import { PageEvents } from '../../browser-logins/page-events.service.js';
import type { Form } from '../../pages/form.js';
import type { Page } from '../../pages/page.js';
import { consolePath } from '../console-path.js';
import type { Onward } from '../console.interceptor.js';
import { ConsoleController } from '../console-routes.js';
import { Deed } from '../deed.js';
import { ByVisitor, Sent, type Visitor } from '../visitor.js';
import { BlockedClients, type Client } from './blocked-clients.service.js';
import { limitsPage, type LookedAt } from './limits.page.js';

const LIMITS_PATH = consolePath('/limits');

/** Who is kept out, and whoever is to be let in again. */
@ConsoleController('/limits')
export class ConsoleLimitsController {
  constructor(
    private readonly limits: RateLimits,
    private readonly credentials: CredentialThrottle,
    private readonly blocked: BlockedClients,
    private readonly deeds: PageEvents,
  ) {}

  @Get()
  async show(
    @Query('client') typed: unknown,
    @Deed() done: string | undefined,
    @ByVisitor() visitor: Visitor,
  ): Promise<Page> {
    const now = Date.now();
    return limitsPage(visitor, {
      requests: await this.blocked.ofRequests(now),
      logins: await this.blocked.ofLogins(now),
      inForce: this.limits.inForce,
      lookedAt: typeof typed === 'string' ? await this.lookAt(typed.trim()) : undefined,
      done,
      now,
    });
  }

  @Post('release')
  @Permissions('console:write')
  async release(@Sent() form: Form, @ByVisitor() { username: operator }: Visitor): Promise<Onward> {
    const client = clientOf(form.text('client'));
    if (client === undefined) return { location: LIMITS_PATH };
    const { throttlers } = this.limits.inForce;
    await Promise.all(throttlers.map(({ name }) => this.limits.reset(name, client)));
    this.blocked.released(client);
    this.deeds.tell({ event: 'operator.limits-released', operator, client });
    return { location: LIMITS_PATH, deed: 'released' };
  }

  @Post('forgive')
  @Permissions('console:write')
  async forgive(@Sent() form: Form, @ByVisitor() { username: operator }: Visitor): Promise<Onward> {
    const user = form.text('user').trim();
    if (user === '') return { location: LIMITS_PATH };
    await this.credentials.forgive(user);
    const { account, still } = await this.blocked.forgiven(user, (address) => this.refusedMs(user, address));
    this.deeds.tell({ event: 'operator.logins-forgiven', operator, account });
    return { location: LIMITS_PATH, deed: still.length === 0 ? 'forgiven' : 'forgiven-in-part' };
  }

  /** For how long a login would be refused: an attempt that is taken back at once says so. */
  private async refusedMs(user: string, address: string): Promise<number | undefined> {
    try {
      await (await this.credentials.begin(user, address)).abandoned();
      return undefined;
    } catch (error) {
      const { code, occurrence } = (error ?? {}) as Partial<AuthError>;
      if (code !== 'quota_exceeded') throw error;
      return (occurrence?.retryAfterSeconds ?? 1) * 1000;
    }
  }

  private async lookAt(typed: string): Promise<LookedAt> {
    const client = clientOf(typed);
    if (client === undefined) return { typed, uses: [] };
    const by = 'ip' in client ? 'ip' : 'user';
    const fitting = this.limits.inForce.throttlers.filter((throttler) => throttler.by === by);
    const uses = fitting.map(async (throttler) => ({
      throttler,
      ...(await this.limits.peek(throttler.name, client)),
    }));
    return { typed, client, uses: await Promise.all(uses) };
  }
}

/** An address, or a user: limits count either. */
function clientOf(typed: string): Client | undefined {
  if (typed === '') return undefined;
  return isIP(typed) === 0 ? { user: typed } : { ip: typed };
}
