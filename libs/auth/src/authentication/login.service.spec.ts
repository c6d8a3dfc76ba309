import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../auth.module.js';
import { TokenService } from '../tokens/token.service.js';
import { LoginService, type LoginAttempt } from './login.service.js';
import { type AuthenticatedUser, UserAuthenticator } from './user-authenticator.js';

/** Answers whatever the test says. */
class Answering extends UserAuthenticator {
  answer: AuthenticatedUser | undefined;
  asked = 0;

  async authenticate(): Promise<AuthenticatedUser | undefined> {
    this.asked += 1;
    return this.answer;
  }
}

describe('LoginService', () => {
  const users = new Answering();
  let app: INestApplicationContext;
  let logins: LoginService;

  beforeAll(async () => {
    const module = AuthModule.forRoot({
      issuer: 'https://auth.test',
      audience: 'https://api.test',
      keys: { secret: 'an HS256 secret for tests, long enough' },
      userAuthenticator: { useValue: users },
    });
    app = await NestFactory.createApplicationContext(module, { logger: false });
    logins = app.get(LoginService);
  });
  beforeEach(() => {
    users.answer = { subject: 'ada', roles: ['reader'] };
    users.asked = 0;
  });
  afterAll(() => app.close());

  let sender = 0;
  const login = (over: Partial<LoginAttempt> = {}) => {
    sender += 1;
    return logins.login({
      username: `user-${sender}`,
      password: 'x',
      device: { ip: `192.0.2.${sender}` },
      ...over,
    });
  };

  it('opens a session and answers tokens that verify', async () => {
    const grant = await login();
    expect(await app.get(TokenService).verify(grant.accessToken)).toMatchObject({
      subject: 'ada',
      clientId: 'first-party',
      roles: ['reader'],
      scope: undefined,
    });
  });

  it.each<[string | undefined, readonly string[] | undefined, readonly string[] | undefined]>([
    [undefined, undefined, undefined],
    [undefined, ['read', 'write'], ['read', 'write']],
    ['', ['read'], ['read']],
    ['read', undefined, ['read']],
    ['read', ['read', 'write'], ['read']],
    ['read read  write', ['read', 'write'], ['read', 'write']],
  ])(
    '[6749-4] grants for the scope %j, to a user who may %j, the scope %j',
    async (scope, allowed, granted) => {
      users.answer = { subject: 'ada', ...(allowed && { scope: allowed }) };
      expect((await login({ scope })).principal.scope).toEqual(granted);
    },
  );

  it.each<[string, readonly string[], number]>([
    ['read admin', ['read'], 1],
    ['read', [], 1],
    ['"quoted"', ['read'], 0],
    ['a\\b', ['read'], 0],
  ])('refuses the scope %j to a user who may %j', async (scope, allowed, asked) => {
    users.answer = { subject: 'ada', scope: allowed };
    await expect(login({ scope })).rejects.toMatchObject({ code: 'invalid_scope' });
    expect(users.asked).toBe(asked);
  });

  it('[9068-38] issues no token for a subject that could be a machine, or for none', async () => {
    for (const subject of ['client:backend', '', undefined]) {
      users.answer = { subject } as AuthenticatedUser;
      await expect(login()).rejects.toThrow(TypeError);
    }
  });

  it('[obligation 60] refuses wrong credentials, and after enough of them asks nobody any more', async () => {
    users.answer = undefined;
    const guess = () =>
      login({ username: 'victim', device: { ip: '198.51.100.1' } }).catch((error) => error.code);
    const codes: unknown[] = [];
    for (let count = 0; count < 6; count += 1) codes.push(await guess());
    expect(codes).toEqual([...Array<string>(5).fill('invalid_credentials'), 'quota_exceeded']);
    expect(users.asked).toBe(5);
  });
});
