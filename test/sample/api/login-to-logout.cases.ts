import { hashOf, holder, proof } from '../../support/dpop/proofs.js';
import { until } from '../../support/until.js';
import { expectProblem } from '../problem.js';
import type { SampleApp } from '../sample-app.js';

/** A retried refresh is answered for so long. */
export const REUSE_WINDOW = '2s';

export function describeLoginToLogout(started: () => SampleApp): void {
  describe('from login to logout', () => {
    let app: SampleApp;

    beforeAll(() => {
      app = started();
    });

    it('logs in and says who that is', async () => {
      const login = await app.call('/auth/login', { json: { username: 'demo', password: 'demo-password' } });
      expect(login.status).toBe(200);
      expect(login.headers.get('cache-control')).toBe('no-store');
      expect(login.body).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
      const me = await app.call('/me', { token: String(login.body['access_token']) });
      expect(me.status).toBe(200);
      expect(me.body).toMatchObject({ sub: 'demo', client_id: expect.any(String), roles: ['editor'] });
      expect(me.body).toHaveProperty('scope');
    });

    it('refuses a wrong password, an unknown user and a call without a token', async () => {
      for (const username of ['demo', 'nobody']) {
        const answer = await app.call('/auth/login', { json: { username, password: 'wrong' } });
        expectProblem(answer, 401, 'invalid_credentials');
      }
      expectProblem(await app.call('/me'), 401, 'unauthenticated');
    });

    it('answers the retry of a lost refresh with the same successor', async () => {
      const first = await app.login('demo', 'demo-password');
      const refreshed = await app.refresh(first.refresh_token);
      const retried = await app.refresh(first.refresh_token);
      expect([refreshed.status, retried.status]).toEqual([200, 200]);
      expect(refreshed.body['refresh_token']).not.toBe(first.refresh_token);
      expect(retried.body['refresh_token']).toBe(refreshed.body['refresh_token']);
      expect((await app.call('/me', { token: String(retried.body['access_token']) })).status).toBe(200);
    });

    it('ends the session when a used refresh token comes after the window, and no other session', async () => {
      const other = await app.login('demo', 'demo-password');
      const first = await app.login('demo', 'demo-password');
      const { body: second } = await app.refresh(first.refresh_token);
      // Somebody uses what was handed out: only then is the first one used for good.
      expect((await app.call('/me', { token: String(second['access_token']) })).status).toBe(200);
      // A retry within the window is answered, and the window goes on from that use.
      let late = await app.refresh(first.refresh_token);
      await until('the window has passed', async () => {
        late = await app.refresh(first.refresh_token);
        return late.status !== 200;
      });
      expectProblem(late, 400, 'invalid_grant');
      expectProblem(await app.refresh(String(second['refresh_token'])), 400, 'invalid_grant');
      expectProblem(await app.call('/me', { token: String(second['access_token']) }), 401, 'invalid_token');
      expect((await app.call('/me', { token: other.access_token })).status).toBe(200);
    });

    it('binds tokens to the key of whoever proves one (DPoP)', async () => {
      const by = holder();
      // Proofs name the issuer, wherever the app listens.
      const dpop = (method: string, path: string, claims: object = {}) =>
        proof(by, [method, `http://localhost:3000${path}`], { claims });
      const login = await app.call('/auth/login', {
        json: { username: 'demo', password: 'demo-password' },
        headers: { dpop: dpop('POST', '/auth/login') },
      });
      expect(login.body).toMatchObject({ token_type: 'DPoP' });
      const token = String(login.body['access_token']);
      const me = await app.call('/me', {
        authorization: `DPoP ${token}`,
        headers: { dpop: dpop('GET', '/me', { ath: hashOf(token) }) },
      });
      expect(me).toMatchObject({ status: 200, body: { sub: 'demo' } });
      expectProblem(await app.call('/me', { token }), 401, 'invalid_token');
    });

    it('refuses both tokens after the logout', async () => {
      const tokens = await app.login('demo', 'demo-password');
      const logout = await app.call('/auth/logout', { method: 'POST', token: tokens.access_token });
      expect(logout.status).toBeGreaterThanOrEqual(200);
      expect(logout.status).toBeLessThan(205);
      expectProblem(await app.call('/me', { token: tokens.access_token }), 401, 'invalid_token');
      expectProblem(await app.refresh(tokens.refresh_token), 400, 'invalid_grant');
    });
  });
}
