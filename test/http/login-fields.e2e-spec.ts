import { ForbiddenException } from '@nestjs/common';
import {
  type AuthenticatedUser,
  type LoginContext,
  SessionService,
  TokenService,
  UserAuthenticator,
} from 'nestjs-gatehouse';
import { Client, type TokenPair } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

const CODE = '492039';
const PASSWORD = 'correct horse battery';

/** Wants a code beside the password, and remembers what it was told. */
class Users extends UserAuthenticator {
  static readonly told: unknown[] = [];

  async authenticate(
    username: string,
    password: string,
    context: LoginContext,
  ): Promise<AuthenticatedUser | undefined> {
    Users.told.push({ username, password, context });
    if (password !== PASSWORD) return undefined;
    const { totp, tenant } = context.extra;
    if (totp === undefined) throw new ForbiddenException({ code: 'totp_required' });
    if (totp !== CODE) return undefined;
    return {
      subject: username,
      amr: ['pwd', 'otp', 'mfa'],
      ...(tenant !== undefined && { sessionData: { tenant } }),
      answer: { user: { id: 7, email: username }, seen: new Date(0) },
    };
  }

  override async reload(subject: string): Promise<AuthenticatedUser> {
    return { subject, answer: { user: { id: 7, email: subject, plan: 'gold' } } };
  }
}

const FORM = 'application/x-www-form-urlencoded';
const kinds = [
  ['application/json', (body: Record<string, string>) => JSON.stringify(body)],
  [FORM, (body: Record<string, string>) => new URLSearchParams(body).toString()],
] as const;

describe.each(platforms)('[11-F] a login with the names of the host, on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  const logged: string[] = [];
  const keep = (...told: unknown[]): void => void logged.push(told.map(String).join(' '));

  beforeAll(async () => {
    running = await startApp({
      platform,
      logger: { log: keep, warn: keep, error: keep, debug: keep, verbose: keep },
      options: {
        throttler: { throttlers: [], credentials: { perAccountAndAddress: [{ failures: 3, within: '1h' }] } },
        authentication: {
          login: { usernameField: 'email', passwordField: 'pass', extraFields: ['totp', 'tenant'] },
        },
      },
      extras: { userAuthenticator: Users },
    });
    client = new Client(running.url);
  });
  beforeEach(() => {
    Users.told.length = 0;
  });
  afterAll(() => running.close());

  const login = (body: Record<string, string>, [type, write] = kinds[0] as (typeof kinds)[number]) =>
    client.send('POST', '/auth/login', {
      headers: { 'content-type': type, 'user-agent': 'Tests/1' },
      body: write(body),
    });
  const right = { email: 'ada@example.com', pass: PASSWORD, totp: CODE };

  it.each(kinds)('reads them, and what was declared, out of %s', async (...kind) => {
    const answer = await login({ ...right, tenant: 'acme' }, kind);
    expect(answer.status).toBe(200);
    expect(Users.told).toEqual([
      {
        username: 'ada@example.com',
        password: PASSWORD,
        context: {
          clientId: 'first-party',
          ip: expect.stringMatching(/127\.0\.0\.1$/),
          userAgent: 'Tests/1',
          extra: { totp: CODE, tenant: 'acme' },
        },
      },
    ]);
    expect((await client.get('/auth/me', String(answer.body['access_token']))).body).toMatchObject({
      amr: ['pwd', 'otp', 'mfa'],
      session_data: { tenant: 'acme' },
    });
  });

  it.each(kinds)('reads nothing else out of %s', async (...kind) => {
    const stray = {
      username: 'eve',
      password: 'x',
      admin: 'true',
      clientId: 'x',
      sub: 'eve',
      ['constructor']: 'x',
    };
    expect((await login({ ...right, ...stray }, kind)).status).toBe(200);
    expect(Users.told).toMatchObject([{ username: 'ada@example.com', context: { extra: { totp: CODE } } }]);
    expect(Object.keys((Users.told[0] as { context: LoginContext }).context.extra)).toEqual(['totp']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['email must be a string', { username: 'ada', pass: 'x' }],
    ['pass must be a string', { email: 'ada@example.com' }],
    ['email must be shorter than or equal to 320 characters', { ...right, email: 'x'.repeat(321) }],
    ['totp must be shorter than or equal to 4096 characters', { ...right, totp: '1'.repeat(4097) }],
    ['totp must be a string', { ...right, totp: 492039 }],
  ])('names what is wrong as the host does: %s', async (detail, body) => {
    expect(await client.post('/auth/login', body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', detail },
    });
    expect(Users.told).toEqual([]);
  });

  it('answers what the host has to say besides, written as JSON', async () => {
    const { body } = await login(right);
    expect(body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      user: { id: 7, email: 'ada@example.com' },
      seen: '1970-01-01T00:00:00.000Z',
    });
  });

  it('answers a refresh with what the host says of the user by then', async () => {
    const { body } = await login(right);
    const refreshed = await client.refresh(String(body['refresh_token']));
    expect(refreshed.body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      user: { id: 7, email: 'ada@example.com', plan: 'gold' },
    });
    const stored = await running.app.get(SessionService).list('ada@example.com');
    expect(JSON.stringify(stored)).not.toContain('gold');
  });

  it('counts a wrong code as a wrong password, and a code that is missing as nothing', async () => {
    const bob = { email: 'bob@example.com', pass: PASSWORD };
    const statuses = async (body: Record<string, string>, count: number) => {
      const answers: number[] = [];
      while (answers.length < count) answers.push((await login(body)).status);
      return answers;
    };
    expect(await statuses(bob, 5)).toEqual([403, 403, 403, 403, 403]);
    expect(await statuses({ ...bob, totp: '000000' }, 4)).toEqual([401, 401, 401, 429]);
  });

  it('has logged no password and no code', () => {
    expect(logged.join('\n')).not.toContain(PASSWORD);
    expect(logged.join('\n')).not.toContain(CODE);
  });
});

describe.each(platforms)('[11-F] logins for several clients of the host, on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  const day = 86_400_000;

  beforeAll(async () => {
    running = await startApp({
      platform,
      options: {
        throttler: false,
        authentication: { clientId: ['web', 'phone'] },
        sessions: { profiles: { phone: { idleTtl: '90d', absoluteTtl: '365d' } } },
      },
    });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  const login = (more: object) =>
    client.post<TokenPair>('/auth/login', { username: 'demo', password: 'demo-password', ...more });

  it.each([
    [{}, 'web', 30 * day],
    [{ client_id: 'web' }, 'web', 30 * day],
    [{ client_id: 'phone' }, 'phone', 365 * day],
  ])('with %j is for %s, and refreshes', async (more, clientId, lifetimeMs) => {
    const { body } = await client.refresh((await login(more)).body.refresh_token);
    const [session] = (await running.app.get(SessionService).list('user-demo')).slice(-1);
    expect(session).toMatchObject({ clientId });
    expect(session!.absoluteExpiresAt - session!.createdAt).toBe(lifetimeMs);
    expect((await client.get('/auth/me', body.access_token)).body).toMatchObject({ client_id: clientId });
    await client.post('/auth/logout-all', undefined, body.access_token);
  });

  it('refuses a client that is none of them, at login and at refresh', async () => {
    expect((await login({ client_id: 'other' })).body).toMatchObject({
      code: 'invalid_request',
      detail: expect.stringContaining('client_id'),
    });
    const { refreshToken } = await running.app.get(TokenService).login({
      subject: 'ada',
      clientId: 'other',
      roles: [],
      authenticatedAt: Date.now(),
      device: {},
    });
    expect((await client.refresh(refreshToken)).body).toMatchObject({ code: 'invalid_grant' });
  });
});
