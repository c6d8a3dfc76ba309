import { Controller, HttpCode, Post, Req, RequestTimeoutException, Res } from '@nestjs/common';
import {
  type AuthenticatedUser,
  LoginService,
  Public,
  SessionService,
  type TokenResponse,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';
import { cookieOf } from './host-logins.js';

/** A row of a table, as object mappers make them: its members are getters of its class. */
class Row implements AuthenticatedUser {
  constructor(private readonly id: string) {}
  get subject(): string {
    return this.id;
  }
  get roles(): readonly string[] {
    return ['reader'];
  }
}

interface Sendable {
  send(body: string): unknown;
}

@Public()
@Controller()
class LoginsController {
  static late: unknown;

  constructor(private readonly logins: LoginService) {}

  @Post('row')
  @HttpCode(200)
  row(@Req() request: object, @Res({ passthrough: true }) response: object): Promise<TokenResponse> {
    return this.logins.completeLogin(request, response, new Row('row'), { amr: ['hwk'] });
  }

  @Post('twice')
  async twice(@Req() request: object, @Res({ passthrough: true }) response: object): Promise<void> {
    await Promise.allSettled([
      this.logins.completeLogin(request, response, { subject: 'twice' }),
      this.logins.completeLogin(request, response, { subject: 'twice' }),
    ]);
    await this.logins.completeLogin(request, response, { subject: 'twice' }).catch(String);
  }

  /** What a time limit does: the client has its answer while somebody is still being looked up. */
  @Post('late')
  async late(@Req() request: object, @Res() response: Sendable): Promise<void> {
    const identify = async (): Promise<AuthenticatedUser> => {
      response.send(new RequestTimeoutException().message);
      return { subject: 'late' };
    };
    LoginsController.late = await this.logins.completeLogin(request, response, identify).catch(String);
  }

  @Post('details')
  async details(@Req() request: object, @Res({ passthrough: true }) response: object): Promise<string[]> {
    const wrong: object[] = [{ scope: ['read'] }, { deviceLabel: 7 }, { fromOrigin: ['https://a.test'] }];
    return Promise.all(
      wrong.map((details) =>
        this.logins.completeLogin(request, response, { subject: 'wrong', scope: ['read'] }, details).then(
          () => 'let in',
          (error: unknown) => String(error),
        ),
      ),
    );
  }
}

describe.each(platforms)('[11-F] completeLogin in odd hands on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({
      platform,
      logger: false,
      controllers: [LoginsController],
      options: { throttler: false, authentication: { refreshCookie: true } },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  const sessionsOf = async (subject: string): Promise<number> =>
    (await running.app.get(SessionService).list(subject)).length;

  it('takes a user whose members are getters', async () => {
    const { body } = await client.post<{ access_token: string }>('/row', {});
    expect((await client.get('/auth/me', body.access_token)).body).toMatchObject({
      sub: 'row',
      roles: ['reader'],
      amr: ['hwk'],
    });
  });

  it('sets one cookie, and leaves no session whose token nobody has', async () => {
    const answer = await client.post('/twice', {});
    expect(answer.headers.getSetCookie()).toHaveLength(1);
    expect(await sessionsOf('twice')).toBe(1);
    const cookie = cookieOf(answer).split(';', 1)[0] ?? '';
    expect((await client.send('POST', '/auth/refresh', { headers: { cookie } })).status).toBe(200);
  });

  it('leaves no session behind a response that was sent meanwhile', async () => {
    LoginsController.late = undefined;
    expect((await client.post('/late', {})).headers.getSetCookie()).toEqual([]);
    await until('the login is over', () => LoginsController.late !== undefined);
    expect(LoginsController.late).toMatch(/^TypeError: LoginService\.completeLogin\(\): .* sent already/);
    expect(await sessionsOf('late')).toBe(0);
  });

  it('names the detail that is no text', async () => {
    expect((await client.post<string[]>('/details', {})).body).toEqual(
      ['scope', 'deviceLabel', 'fromOrigin'].map(
        (name) => `TypeError: LoginService.completeLogin(): \`${name}\` must be text`,
      ),
    );
    expect(await sessionsOf('wrong')).toBe(0);
  });
});
