import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  type AuthenticatedUser,
  AuthModule,
  type AuthModuleOptions,
  SessionService,
  TokenBlacklistService,
  TokenService,
  UserAuthenticator,
} from 'nestjs-gatehouse';
import { CredentialCheckService } from '../../libs/auth/src/authentication/login/credential-check.service.js';
import { SessionOpener } from '../../libs/auth/src/authentication/login/session-opener.service.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { AUDIENCE, ISSUER, LASTING_SECRET } from '../support/app/start-app.js';

/** A user table whose passwords take as long to check as the test likes. */
class SlowUsers extends UserAuthenticator {
  password = 'old';
  isDisabled = false;
  asked = 0;
  /** Runs between the look at the table and the answer, as argon2 does. */
  meanwhile: () => Promise<unknown> = async () => {};

  async authenticate(username: string, password: string): Promise<AuthenticatedUser | undefined> {
    this.asked += 1;
    const isRight = !this.isDisabled && password === this.password;
    const { meanwhile } = this;
    this.meanwhile = async () => {};
    await meanwhile();
    return isRight ? { subject: username } : undefined;
  }
}

describe.each(['memory', 'redis'])('[10-6] a login that is under way, on %s', (medium) => {
  let redis: StandaloneRedis | undefined;
  let app: INestApplicationContext;
  let users: SlowUsers;
  let blacklist: TokenBlacklistService;
  let sessions: SessionService;

  beforeAll(async () => {
    if (medium === 'redis') redis = await startStandalone();
  });
  afterAll(() => redis?.stop());

  beforeEach(async () => {
    users = new SlowUsers();
    const options: AuthModuleOptions = {
      issuer: ISSUER,
      audience: AUDIENCE,
      secret: LASTING_SECRET,
      keys: { secret: 'an HS256 secret for tests, long enough' },
      ...(redis && { redis: { url: redis.url, deadline: '2s' } }),
    };
    const module = AuthModule.forRoot({ ...options, userAuthenticator: { useValue: users } });
    app = await NestFactory.createApplicationContext(module, { logger: false });
    blacklist = app.get(TokenBlacklistService);
    sessions = app.get(SessionService);
  });
  afterEach(() => app.close());

  let serial = 0;
  const login = (username: string, password = 'old') => {
    const ip = `192.0.2.${(serial += 1)}`;
    const context = { clientId: 'first-party', ip, userAgent: undefined, extra: {} };
    const identify = () => app.get(CredentialCheckService).check({ username, password, context });
    return app.get(SessionOpener).open(identify, { device: { ip } }, 'login()');
  };
  const codeOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'opened',
      (error: { code?: string }) => error.code,
    );

  it('is asked once when others are logged out meanwhile', async () => {
    users.meanwhile = () => blacklist.revokeSubject('somebody else');
    expect(await codeOf(login('frank'))).toBe('opened');
    expect(users.asked).toBe(1);
  });

  it('of a user who is disabled meanwhile is refused, and leaves no session', async () => {
    users.meanwhile = async () => {
      users.isDisabled = true;
      await blacklist.revokeSubject('ada');
    };
    expect(await codeOf(login('ada'))).toBe('invalid_credentials');
    expect(await sessions.list('ada')).toEqual([]);
    expect(users.asked).toBe(2);
  });

  it('of a user whose password is changed meanwhile is refused with the old one and let in with the new one', async () => {
    const change = (user: string) => async (): Promise<void> => {
      users.password = 'new';
      await blacklist.revokeSubject(user);
    };
    users.meanwhile = change('bob');
    expect(await codeOf(login('bob'))).toBe('invalid_credentials');
    users.meanwhile = change('bob');
    expect(await codeOf(login('bob', 'new'))).toBe('opened');
    expect(await sessions.list('bob')).toHaveLength(1);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['everybody is logged out', () => blacklist.revokeEverything()],
    ['the client is logged out', () => blacklist.revokeClient('first-party')],
  ])('is let in when %s meanwhile and the password is still right', async (_what, revoke) => {
    users.meanwhile = revoke;
    const pair = await login('carol');
    expect(users.asked).toBe(2);
    expect((await app.get(TokenService).verify(pair.accessToken)).subject).toBe('carol');
  });

  it('on another device is refused when the user ends all other sessions after a changed password', async () => {
    const mine = await login('dora');
    users.meanwhile = async () => {
      users.password = 'new';
      await sessions.revokeOthers(mine.principal.sessionId ?? '');
    };
    expect(await codeOf(login('dora'))).toBe('invalid_credentials');
    expect(await sessions.list('dora')).toHaveLength(1);
  });

  it('is asked once more, not for ever', async () => {
    const again = async (): Promise<void> => {
      users.meanwhile = again;
      await blacklist.revokeSubject('eve');
    };
    users.meanwhile = again;
    expect(await codeOf(login('eve'))).toBe('store_unavailable');
    expect(users.asked).toBe(2);
    expect(await sessions.list('eve')).toEqual([]);
  });

  it('30 times, at any moment of a disabling, leaves no session', async () => {
    const turns = (count: number): Promise<void> =>
      count === 0 ? Promise.resolve() : new Promise((done) => setImmediate(() => done(turns(count - 1))));
    for (let round = 0; round < 30; round++) {
      const user = `user-${round}`;
      users.isDisabled = false;
      users.meanwhile = () => turns(round);
      const attempt = codeOf(login(user));
      await turns(Math.floor(round / 2));
      users.isDisabled = true;
      await blacklist.revokeSubject(user);
      await attempt;
      expect(await sessions.list(user)).toEqual([]);
    }
  });

  it('through an endpoint of the host is judged the same way', async () => {
    let asked = 0;
    const identify = async () => {
      asked += 1;
      if (asked === 1) await blacklist.revokeSubject('gina');
      return { subject: 'gina', clientId: 'first-party', roles: [], authenticatedAt: Date.now(), device: {} };
    };
    await app.get(TokenService).loginAfter(identify);
    expect(asked).toBe(2);
    expect(await sessions.list('gina')).toHaveLength(1);
  });
});
