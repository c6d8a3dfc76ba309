import { ServiceUnavailableException } from '@nestjs/common';
import {
  AuthConfigurationError,
  type AuthenticatedUser,
  type Session,
  SessionService,
  UserAuthenticator,
} from 'nestjs-gatehouse';
import { Client, firstCookieOf, type TokenPair } from '../support/app/client.js';
import { platforms, type RunningApp, startApp, TestUsers } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

class Users extends TestUsers {
  answer: (subject: string, session: Pick<Session, 'id' | 'clientId' | 'sessionData'>) => unknown = (
    subject,
  ) => ({ subject, roles: ['editor'] });

  override async authenticate(username: string, password: string): Promise<AuthenticatedUser | undefined> {
    const user = await super.authenticate(username, password);
    return user && { ...user, scope: ['read', 'write'], sessionData: { tenant: username } };
  }

  override async reload(...asked: Parameters<Users['answer']>): Promise<AuthenticatedUser | undefined> {
    return this.answer(...asked) as AuthenticatedUser | undefined;
  }
}

describe.each(everywhere)('[11-D] users are reloaded at each refresh, on $platform and $medium', (place) => {
  const { platform, medium: kind } = place;
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;
  let users: Users;
  const logged: string[] = [];

  beforeAll(async () => {
    medium = await startMedium(kind);
    users = new Users();
    running = await startApp({
      platform,
      // Strictly one-time: a token that an error used up would be reuse at the next try.
      options: {
        throttler: false,
        sessions: { reuseWindow: 0 },
        ...(medium.redis && { redis: medium.redis }),
      },
      extras: { userAuthenticator: { useValue: users } },
      logger: {
        log: (text: unknown) => void logged.push(String(text)),
        warn() {},
        error: (text: unknown) => void logged.push(String(text)),
      },
    });
    client = new Client(running.url);
  });
  beforeEach(() => {
    users.answer = (subject) => ({ subject, roles: ['editor'] });
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  it('and have what they may by then', async () => {
    const pair = await client.login();
    const asked: unknown[] = [];
    users.answer = (subject, session) => (
      asked.push([subject, session]),
      { subject, roles: ['editor', 'admin'] }
    );
    const { body } = await client.refresh(pair.refresh_token);
    const { body: me } = await client.get('/auth/me', body.access_token);
    expect(me).toMatchObject({
      sub: 'user-demo',
      roles: ['editor', 'admin'],
      session_data: { tenant: 'demo' },
    });
    expect(asked).toEqual([
      ['user-demo', { id: me['sid'], clientId: 'first-party', sessionData: { tenant: 'demo' } }],
    ]);
  });

  it('and are told what is left of their scope, as JSON and as a form', async () => {
    const { refresh_token: token, scope } = await client.login();
    expect(scope).toBe('read write');
    users.answer = (subject) => ({ subject, scope: ['read', 'admin'] });
    const { body } = await client.refresh(token);
    expect(body.scope).toBe('read');
    const form = (parameters: Record<string, string>) =>
      client.send<TokenPair>('POST', '/auth/refresh', { body: new URLSearchParams(parameters) });
    const wider = await form({ refresh_token: body.refresh_token, scope: 'write' });
    expect([wider.status, wider.body]).toMatchObject([400, { code: 'invalid_scope' }]);
    users.answer = (subject) => ({ subject });
    const again = await form({ refresh_token: body.refresh_token });
    expect([again.status, again.body.scope]).toEqual([200, 'read write']);
  });

  it('and one who is nobody any more is logged out, on that device', async () => {
    const [here, there] = [await client.login('leaver'), await client.login('leaver')];
    users.answer = () => null;
    const answer = await client.refresh(here.refresh_token);
    expect([answer.status, answer.body]).toMatchObject([400, { code: 'invalid_grant' }]);
    expect((await client.get('/auth/me', here.access_token)).status).toBe(401);
    expect((await client.get('/auth/me', there.access_token)).status).toBe(200);
    expect(await running.app.get(SessionService).list('user-leaver')).toHaveLength(1);
  });

  it.each<[string, number, () => unknown]>([
    ['an error', 503, () => Promise.reject(new Error('no database'))],
    ['an error that is thrown at once', 503, fail],
    ['a refusal of its own', 503, () => Promise.reject(new ServiceUnavailableException())],
    ['somebody else', 500, () => ({ subject: 'user-other', roles: [] })],
    ['a row of the table', 500, () => ({ id: 7, name: 'demo' })],
  ])('and %s is %i, which burns nothing', async (_name, status, answer) => {
    const { refresh_token: token } = await client.login();
    users.answer = answer;
    expect([(await client.refresh(token)).status, (await client.refresh(token)).status]).toEqual([
      status,
      status,
    ]);
    users.answer = (subject) => ({ subject });
    const next = await client.refresh(token);
    expect(next.status).toBe(200);
    expect((await client.refresh(next.body.refresh_token)).status).toBe(200);
  });

  it('and the log names what is wrong with an answer; at boot there was nothing to say', async () => {
    const { refresh_token: token } = await client.login();
    users.answer = (subject) => ({ subject, roles: 'editor' });
    expect((await client.refresh(token)).text).not.toContain('reload');
    expect(logged.at(-1)).toContain('UserAuthenticator.reload(): `roles`');
    expect(logged.filter((line) => line.includes('has no reload()'))).toEqual([]);
  });
});

describe.each(platforms)('[11-D] a user who is reloaded by a refresh cookie, on %s', (platform) => {
  it('keeps it through an error, and is logged out as somebody who has gone', async () => {
    const users = new Users();
    const running = await startApp({
      platform,
      options: { throttler: false, authentication: { refreshCookie: true } },
      extras: { userAuthenticator: { useValue: users } },
      logger: false,
    });
    const client = new Client(running.url);
    const body = new URLSearchParams({ username: 'demo', password: 'demo-password' });
    const login = await client.send('POST', '/auth/login', { body });
    const cookie = firstCookieOf(login);
    const refresh = () => client.send<TokenPair>('POST', '/auth/refresh', { headers: { cookie } });
    users.answer = () => Promise.reject(new Error('no database'));
    const failed = await refresh();
    expect([failed.status, failed.headers.getSetCookie()]).toEqual([503, []]);
    users.answer = (subject) => ({ subject, roles: ['editor'] });
    const refreshed = await refresh();
    expect(refreshed.status).toBe(200);
    expect((await client.get('/auth/me', refreshed.body.access_token)).body['roles']).toEqual(['editor']);
    users.answer = () => undefined;
    const gone = await refresh();
    expect([gone.status, gone.body]).toMatchObject([400, { code: 'invalid_grant' }]);
    expect((await client.get('/auth/me', refreshed.body.access_token)).status).toBe(401);
    await running.close();
  });
});

describe('[11-D] a user authenticator without reload()', () => {
  const linesOf = async (shape: Parameters<typeof startApp>[0]): Promise<string[]> => {
    const lines: string[] = [];
    const running = await startApp({
      logger: { log: (text: unknown) => void lines.push(String(text)), warn() {}, error() {} },
      ...shape,
    });
    await running.close();
    return lines.filter((line) => line.includes('has no reload()'));
  };

  it('is told of once at boot, where login is served', async () => {
    expect(await linesOf({})).toHaveLength(1);
    expect(await linesOf({ extras: { endpoints: { auth: false } } })).toEqual([]);
  });

  it('leaves users what they were at their login', async () => {
    const running = await startApp();
    const client = new Client(running.url);
    const { refresh_token: token } = await client.login();
    const { body } = await client.refresh(token);
    expect((await client.get('/auth/me', body.access_token)).body['roles']).toEqual(['demo']);
    await running.close();
  });

  it('but with something else of that name does not start', async () => {
    const odd = Object.assign(
      new (class extends UserAuthenticator {
        async authenticate(): Promise<undefined> {}
      })(),
      { reload: true },
    );
    const extras = { userAuthenticator: { useValue: odd as unknown as UserAuthenticator } };
    await expect(startApp({ extras })).rejects.toThrow(AuthConfigurationError);
  });
});

function fail(): never {
  throw new Error('no database');
}
