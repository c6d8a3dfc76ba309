import { type AuthenticatedUser, SessionService, TokenService, UserAuthenticator } from 'nestjs-gatehouse';
import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

const SAID = {
  amr: ['pwd', 'otp'],
  acr: 'silver',
  claims: { plan: 'gold', sub: 'admin', session_data: {} },
  sessionData: { tenant: 'a', branch: { id: 7 } },
};

/** Says of each user what the test says. */
class Users extends UserAuthenticator {
  static said: Partial<AuthenticatedUser> = {};

  async authenticate(username: string): Promise<AuthenticatedUser> {
    return { subject: username, roles: ['reader'], ...Users.said };
  }
}

describe.each(everywhere)(
  '[11-D] what a login says of itself, on $platform and $medium',
  ({ platform, medium: kind }) => {
    let medium: TestMedium;
    let running: RunningApp;
    let client: Client;
    const logged: string[] = [];

    beforeAll(async () => {
      medium = await startMedium(kind);
      running = await startApp({
        platform,
        options: { throttler: false, ...(medium.redis && { redis: medium.redis }) },
        extras: { userAuthenticator: Users },
        logger: { log() {}, warn() {}, error: (error: unknown) => void logged.push(String(error)) },
      });
      client = new Client(running.url);
    });
    beforeEach(() => {
      Users.said = SAID;
    });
    afterAll(async () => {
      await running.close();
      await medium.stop();
    });

    it('is in the tokens and the principal of each refresh, and registered claims are ours', async () => {
      const { access_token: first, refresh_token: token } = await client.login();
      const { body: second } = await client.refresh(token);
      const { amr, acr, sessionData } = SAID;
      for (const each of [first, second.access_token]) {
        const principal = await running.app.get(TokenService).verify(each);
        expect(principal).toMatchObject({ subject: 'demo', amr, acr, sessionData });
        expect(principal.claims).toMatchObject({ plan: 'gold', sub: 'demo', session_data: sessionData });
        expect((await client.get('/auth/me', each)).body).toMatchObject({
          amr,
          acr,
          session_data: sessionData,
        });
      }
    });

    it('is kept with the session; its list shows none of it', async () => {
      const { access_token: token } = await client.login('kept');
      const { amr, acr, sessionData } = SAID;
      const [session] = await running.app.get(SessionService).list('kept');
      expect(session).toMatchObject({ amr, acr, sessionData });
      expect(session).not.toHaveProperty('claims');
      const { text } = await client.get('/auth/sessions', token);
      expect(text).not.toMatch(/gold|silver|tenant|otp/);
    });

    it('may be nothing', async () => {
      Users.said = {};
      const { access_token: token } = await client.login('plain');
      const { body } = await client.get('/auth/me', token);
      expect(Object.keys(body).filter((name) => ['amr', 'acr', 'session_data'].includes(name))).toEqual([]);
    });

    it.each<[string, Partial<Record<keyof AuthenticatedUser, unknown>>]>([
      ['amr', { amr: 'pwd' }],
      ['acr', { acr: 5 }],
      ['claims', { claims: { since: new Date(0) } }],
      ['sessionData', { sessionData: { tenant: 'x'.repeat(4100) } }],
    ])('is 500 where it makes no sense, and the log names %s', async (member, said) => {
      Users.said = said as Partial<AuthenticatedUser>;
      const answer = await client.post<TokenPair>('/auth/login', { username: 'odd', password: 'x' });
      expect([answer.status, await running.app.get(SessionService).list('odd')]).toEqual([500, []]);
      expect(logged.at(-1)).toContain(`UserAuthenticator.authenticate(): \`${member}\``);
    });
  },
);
