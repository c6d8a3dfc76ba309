import {
  type CallHandler,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  type NestInterceptor,
  Post,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { CurrentUser, type Principal, Public, RefreshGuard } from 'nestjs-gatehouse';
import type { Observable } from 'rxjs';
import { Client } from '../support/app/client.js';
import { platforms, startApp } from '../support/app/start-app.js';

interface HostRequest {
  user: Principal & { tenant?: string };
}

@Injectable()
class Tenants implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { user, headers } = context
      .switchToHttp()
      .getRequest<HostRequest & { headers: Record<string, string | undefined> }>();
    if (headers['x-tenant'] !== undefined) user.tenant = headers['x-tenant'];
    return next.handle();
  }
}

@UseInterceptors(Tenants)
@Controller('host')
class Routes {
  @Get('tenant')
  tenant(@Req() { user }: HostRequest, @CurrentUser() same: Principal): object {
    return { tenant: user.tenant ?? null, subject: user.subject, same: same === user };
  }

  @Public()
  @UseGuards(RefreshGuard)
  @Post('refresh')
  refresh(@Req() { user }: HostRequest): object {
    return { tenant: user.tenant ?? null };
  }
}

describe.each(platforms)('[10-16] what an interceptor of the host adds to a request on %s', (platform) => {
  it.each([true, false])('is on request.user, and no other request sees it (cache: %s)', async (isCached) => {
    const running = await startApp({
      platform,
      controllers: [Routes],
      options: { throttler: false, ...(!isCached && { accessTokens: { cache: false } }) },
    });
    const client = new Client(running.url);
    const { access_token: token, refresh_token: refreshToken } = await client.login();
    const ask = (tenant?: string) =>
      client.send('GET', '/host/tenant', {
        headers: { authorization: `Bearer ${token}`, ...(tenant !== undefined && { 'x-tenant': tenant }) },
      });
    const answers = await Promise.all(['a', undefined, 'b', undefined].map(ask));
    expect(answers.map(({ body }) => body)).toEqual(
      ['a', null, 'b', null].map((tenant) => ({ tenant, subject: 'user-demo', same: true })),
    );
    const refreshed = await client.send('POST', '/host/refresh', {
      headers: { 'x-tenant': 'c', 'content-type': 'application/json' },
      body: JSON.stringify({ refresh_token: refreshToken }),
    });
    expect(refreshed.body).toEqual({ tenant: 'c' });
    await running.close();
  });
});
