import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../../auth.module.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { TokenService } from '../../tokens/token.service.js';
import { CredentialCheckService } from './credential-check.service.js';
import { SessionOpener } from './session-opener.service.js';
import { type AuthenticatedUser, UserAuthenticator } from '../user-authenticator.js';

interface Attempt {
  readonly username?: string;
  readonly ip?: string;
  readonly scope?: string | undefined;
}

/** Answers whatever the test says. */
class Answering extends UserAuthenticator {
  answer: AuthenticatedUser | undefined;
  asked = 0;

  async authenticate(): Promise<AuthenticatedUser | undefined> {
    this.asked += 1;
    return this.answer;
  }
}

describe('SessionOpener', () => {
  const users = new Answering();
  let app: INestApplicationContext;
  let opener: SessionOpener;

  beforeAll(async () => {
    const module = AuthModule.forRoot({
      issuer: 'https://auth.test',
      audience: 'https://api.test',
      keys: { secret: 'an HS256 secret for tests, long enough' },
      authentication: { clientId: ['first-party', 'kiosk'] },
      userAuthenticator: { useValue: users },
    });
    app = await NestFactory.createApplicationContext(module, { logger: false });
    opener = app.get(SessionOpener);
  });
  beforeEach(() => {
    users.answer = { subject: 'ada', roles: ['reader'] };
    users.asked = 0;
  });
  afterAll(() => app.close());

  let sender = 0;
  const login = ({ username = `user-${(sender += 1)}`, ip = `192.0.2.${sender}`, scope }: Attempt = {}) => {
    const context = { clientId: 'first-party', ip, userAgent: undefined, extra: {} };
    const identify = () => app.get(CredentialCheckService).check({ username, password: 'x', context });
    return opener.open(identify, { scope, device: { ip } }, 'f()');
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
    ['read', ['read', 'write'], ['read']],
    ['read read  write', ['read', 'write'], ['read', 'write']],
  ])(
    '[6749-4] grants for the scope %j, to a user who may %j, the scope %j',
    async (scope, allowed, granted) => {
      users.answer = { subject: 'ada', ...(allowed && { scope: allowed }) };
      expect((await login({ scope })).principal.scope).toEqual(granted);
    },
  );

  it.each<[string, readonly string[] | undefined, number]>([
    ['read admin', ['read'], 1],
    ['read', [], 1],
    ['read', undefined, 1],
    [' ', ['read'], 0],
    [' ', undefined, 0],
    ['"quoted"', ['read'], 0],
    ['a\\b', ['read'], 0],
  ])('[10-3] refuses the scope %j to a user who may %j', async (scope, allowed, asked) => {
    users.answer = { subject: 'ada', ...(allowed && { scope: allowed }) };
    await expect(login({ scope })).rejects.toMatchObject({ code: 'invalid_scope' });
    expect(users.asked).toBe(asked);
  });

  it.each<[string, string, unknown]>([
    ['[9068-38]', 'subject', { subject: 'client:backend' }],
    ['[9068-38]', 'subject', { subject: '' }],
    ['[9068-38]', 'subject', {}],
    ['[10-20]', 'subject', { subject: 7 }],
    ['[10-20]', 'subject', { subject: 'ada\ud800' }],
    ['[10-20]', 'subject', { subject: '\udfff' }],
    ['[10-20]', 'roles', { subject: 'ada', roles: 'admin' }],
    ['[10-20]', 'roles', { subject: 'ada', roles: [''] }],
    ['[10-20]', 'roles', { subject: 'ada', roles: [{ name: 'admin' }] }],
    ['[10-20]', 'scope', { subject: 'ada', scope: 'read write' }],
    ['[10-20]', 'scope', { subject: 'ada', scope: ['read write'] }],
    ['[10-20]', 'scope', { subject: 'ada', scope: [null] }],
  ])('%s opens no session for a user whose %s is nonsense: %j', async (_id, member, answer) => {
    users.answer = answer as AuthenticatedUser;
    let opened = 0;
    const stop = app.get(AuthEvents).on('session.opened', () => (opened += 1));
    await expect(login()).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(`\`${member}\``) }),
    );
    stop();
    expect(opened).toBe(0);
  });

  it('[10-20] takes null for none, and keeps pairs of surrogates', async () => {
    users.answer = { subject: 'ada😀', roles: null, scope: null } as unknown as AuthenticatedUser;
    expect((await login()).principal).toMatchObject({ subject: 'ada😀', roles: [], scope: undefined });
  });

  it('[11-F] lets the details of a login speak before the user and the options', async () => {
    const user = { subject: 'ada', amr: ['pwd'], acr: 'bronze' };
    const details = {
      amr: ['hwk'],
      acr: 'gold',
      clientId: 'kiosk',
      authenticatedAt: 1_700_000_000_000,
      device: {},
    };
    expect((await opener.open(user, details, 'f()')).principal).toMatchObject({
      amr: ['hwk'],
      acr: 'gold',
      clientId: 'kiosk',
      authenticatedAt: 1_700_000_000_000,
    });
    expect((await opener.open(user, { device: {} }, 'f()')).principal).toMatchObject(user);
  });

  it('[11-F] takes no other unit for the instant of a login, and a provider whose clock is ahead for one of now', async () => {
    const at = (authenticatedAt: unknown) =>
      opener.open({ subject: 'ada' }, { device: {}, authenticatedAt: authenticatedAt as number }, 'f()');
    const now = Date.now();
    for (const wrong of [
      Math.floor(now / 1000),
      now * 1000,
      now + 600_000,
      Number.NaN,
      String(now),
      null,
      -1,
    ])
      await expect(at(wrong)).rejects.toThrow(/^f\(\): `authenticatedAt` .* in seconds$/);
    expect((await at(now + 60_000)).principal.authenticatedAt).toBeLessThanOrEqual(Date.now());
  });

  it('[11-F] hands the answer of the host on', async () => {
    const answer = { user: { name: 'Ada' } };
    expect((await opener.open({ subject: 'ada', answer }, { device: {} }, 'f()')).answer).toEqual(answer);
    users.answer = { subject: 'ada', answer };
    expect((await login()).answer).toEqual(answer);
  });

  it.each([undefined, null, false, ''])('[11-F] takes %j for nobody', async (nobody) => {
    const identify = async () => nobody as undefined;
    await expect(opener.open(identify, { device: {} }, 'f()')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
  });

  it.each<[string, unknown]>([
    ['is no user', 'ada'],
    ['`subject`', { subject: 7 }],
    ['`amr`', { subject: 'ada', amr: 'pwd' }],
  ])('[11-F] names the method that was given nonsense: %s', async (told, user) => {
    const opened = opener.open(user as AuthenticatedUser, { device: {} }, 'completeLogin()');
    await expect(opened).rejects.toThrow(
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringMatching(`^completeLogin\\(\\).*${told}`),
      }),
    );
  });

  it('[obligation 60] refuses wrong credentials, and after enough of them asks nobody any more', async () => {
    users.answer = undefined;
    const guess = () => login({ username: 'victim', ip: '198.51.100.1' }).catch((error) => error.code);
    const codes: unknown[] = [];
    for (let count = 0; count < 6; count += 1) codes.push(await guess());
    expect(codes).toEqual([...Array<string>(5).fill('invalid_credentials'), 'quota_exceeded']);
    expect(users.asked).toBe(5);
  });
});
