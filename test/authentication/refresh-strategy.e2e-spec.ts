import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  Module,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { type Principal, Public, RefreshStrategy, type TokenPair } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

/** How a host uses a strategy of passport: by its name, which each instance of ours has to itself. */
@Injectable()
class HostRefreshGuard implements CanActivate {
  private readonly guard: CanActivate;

  constructor(strategy: RefreshStrategy) {
    this.guard = new (AuthGuard(strategy.name))();
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    return (await this.guard.canActivate(context)) as boolean;
  }
}

interface HostRequest {
  readonly user: Principal;
  /** Where @nestjs/passport leaves what a strategy says besides the user. */
  readonly authInfo: TokenPair;
}

@Public()
@Controller('host')
class HostRoutes {
  @UseGuards(HostRefreshGuard)
  @Post('refresh')
  refresh(@Req() { user, authInfo }: HostRequest): object {
    const { accessToken, refreshToken, principal } = authInfo;
    return { subject: user.subject, isSame: principal.subject === user.subject, accessToken, refreshToken };
  }
}

@Module({ controllers: [HostRoutes] })
class HostModule {}

const COOKIE = '__Secure-refresh_token';

describe.each(platforms)('RefreshStrategy behind a guard of passport on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  const start = async (refreshCookie: boolean): Promise<void> => {
    running = await startApp({
      platform,
      imports: [{ module: HostModule }],
      options: { throttler: false, authentication: { refreshCookie } },
    });
    client = new Client(running.url);
  };
  afterEach(() => running.close());

  it('rotates the token of the body, and answers principal and pair', async () => {
    await start(false);
    const { refresh_token: token } = await client.login();
    const answer = await client.post<Record<string, string>>('/host/refresh', { refresh_token: token });
    expect([answer.status, answer.body]).toEqual([
      201,
      {
        subject: 'user-demo',
        isSame: true,
        accessToken: expect.any(String) as string,
        refreshToken: expect.any(String) as string,
      },
    ]);
    expect(answer.body['refreshToken']).not.toBe(token);
    expect((await client.get('/auth/me', answer.body['accessToken'])).status).toBe(200);
    expect((await client.refresh(answer.body['refreshToken']!)).status).toBe(200);
  });

  it.each([
    ['no token', {}, 'invalid_request'],
    ['a token that is no text', { refresh_token: ['x'] }, 'invalid_request'],
    ['a token that is not ours', { refresh_token: 'ghr_x.1.y' }, 'invalid_grant'],
  ])('says what is wrong with %s', async (_name, body, code) => {
    await start(false);
    const answer = await client.post('/host/refresh', body);
    expect([answer.status, answer.body['code']]).toEqual([400, code]);
  });

  it('says that more scope was asked for than was granted, and the token still works', async () => {
    await start(false);
    const { refresh_token: token } = await client.login();
    const answer = await client.post('/host/refresh', { refresh_token: token, scope: 'admin' });
    expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_scope']);
    expect((await client.refresh(token)).status).toBe(200);
  });

  it('reads the cookie, and no other site makes it do so', async () => {
    await start(true);
    const login = await client.post('/auth/login', { username: 'demo', password: 'demo-password' });
    const cookie = login.headers.get('set-cookie')!.split(';', 1)[0]!;
    expect(cookie).toContain(COOKIE);
    const foreign = { cookie, 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' };
    const refused = await client.send('POST', '/host/refresh', { headers: foreign });
    expect([refused.status, refused.body['code']]).toEqual([403, 'cross_site_request']);
    const answer = await client.send('POST', '/host/refresh', { headers: { cookie } });
    expect([answer.status, answer.body['subject']]).toEqual([201, 'user-demo']);
  });
});
