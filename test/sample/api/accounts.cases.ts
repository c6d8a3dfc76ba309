import { expectProblem } from '../problem.js';
import type { SampleApp, Tokens } from '../sample-app.js';
import { PASSWORD } from './users.js';

export function describeAccounts(started: () => SampleApp): void {
  describe('accounts', () => {
    let app: SampleApp;
    let admin: Tokens;
    // Each test has a user of its own.
    let serial = 0;
    let username: string;
    let user: Tokens;

    beforeAll(async () => {
      app = started();
      admin = await app.login('admin-user', PASSWORD);
    });
    beforeEach(async () => {
      username = `user-${++serial}`;
      user = await app.login(username, PASSWORD);
    });

    const loginAnswer = (password: string) => app.call('/auth/login', { json: { username, password } });

    it("a new password ends every session of the user and nobody else's", async () => {
      const phone = await app.login(username, PASSWORD);
      const json = { currentPassword: PASSWORD, newPassword: 'another-password' };
      const change = await app.call('/me/password', { token: phone.access_token, json });
      expect(change.status).toBe(204);
      for (const { access_token, refresh_token } of [user, phone]) {
        expectProblem(await app.call('/me', { token: access_token }), 401, 'invalid_token');
        expectProblem(await app.refresh(refresh_token), 400, 'invalid_grant');
      }
      expect((await app.call('/me', { token: admin.access_token })).status).toBe(200);
      expectProblem(await loginAnswer(PASSWORD), 401, 'invalid_credentials');
      expect((await loginAnswer('another-password')).status).toBe(200);
    });

    it('a wrong current password changes nothing', async () => {
      const json = { currentPassword: 'wrong', newPassword: 'another-password' };
      expectProblem(await app.call('/me/password', { token: user.access_token, json }), 403);
      expectProblem(await app.call('/me/password', { token: user.access_token, json: {} }), 400);
      expect((await app.call('/me', { token: user.access_token })).status).toBe(200);
    });

    it('[10-13] guesses of the current password run into the same budget as logins, and an admin forgives', async () => {
      const guess = (currentPassword: string) =>
        app.call('/me/password', {
          token: user.access_token,
          json: { currentPassword, newPassword: 'another-password' },
        });
      for (let failure = 1; failure <= 5; failure += 1) expectProblem(await guess('wrong'), 403);
      expectProblem(await guess(PASSWORD), 429, 'quota_exceeded');
      expectProblem(await loginAnswer(PASSWORD), 429, 'quota_exceeded');
      const forgive = (token: string) =>
        app.call(`/admin/limits/failures/${username}`, { method: 'DELETE', token });
      expectProblem(await forgive(user.access_token), 403, 'access_denied');
      expect((await forgive(admin.access_token)).status).toBe(204);
      expect((await guess(PASSWORD)).status).toBe(204);
    });

    it('a disabled user is out at once and cannot come back until enabled', async () => {
      const administer = (path: string, token = admin.access_token) =>
        app.call(path, { method: 'POST', token });
      expectProblem(
        await administer(`/admin/users/${username}/disable`, user.access_token),
        403,
        'access_denied',
      );
      expect((await administer(`/admin/users/${username}/disable`)).status).toBe(204);
      expectProblem(await app.call('/me', { token: user.access_token }), 401, 'invalid_token');
      expectProblem(await app.refresh(user.refresh_token), 400, 'invalid_grant');
      expectProblem(await loginAnswer(PASSWORD), 401, 'invalid_credentials');
      expect((await administer(`/admin/users/${username}/enable`)).status).toBe(204);
      expect((await loginAnswer(PASSWORD)).status).toBe(200);
      expectProblem(await administer('/admin/users/nobody/disable'), 404);
    });

    it('[11-D] a user who is given other roles has them with the next request, and stays logged in', async () => {
      const drafts = (token: string) => app.call('/articles/drafts', { token });
      const setRoles = (roles: unknown, token = admin.access_token, who = username) =>
        app.call(`/admin/users/${who}/roles`, { method: 'PUT', token, json: { roles } });
      expect((await drafts(user.access_token)).status).toBe(200);
      expectProblem(await setRoles('admin', user.access_token), 403, 'access_denied');
      expectProblem(await setRoles(['admin']), 400);
      expectProblem(await setRoles('editor vieuwer'), 400);
      expectProblem(await setRoles('', admin.access_token, 'nobody'), 404);
      expect((await setRoles('viewer')).status).toBe(204);
      expectProblem(await drafts(user.access_token), 401, 'invalid_token');
      const { body } = await app.refresh(user.refresh_token);
      expectProblem(await drafts(String(body['access_token'])), 403, 'access_denied');
      expect((await setRoles('editor')).status).toBe(204);
      const { body: next } = await app.refresh(String(body['refresh_token']));
      expect((await drafts(String(next['access_token']))).status).toBe(200);
    });

    it('[10-6] a user who is disabled while logins are under way is left without a session', async () => {
      const administer = (verb: string) =>
        app.call(`/admin/users/${username}/${verb}`, { method: 'POST', token: admin.access_token });
      // The password is being hashed when the lock falls, sooner or later. Five refused logins would use the budget up.
      for (const delayMs of [0, 5, 10, 20]) {
        const login = loginAnswer(PASSWORD);
        await new Promise((done) => setTimeout(done, delayMs));
        expect((await administer('disable')).status).toBe(204);
        const { status, body } = await login;
        expect([200, 401]).toContain(status);
        expectProblem(await app.call('/me', { token: String(body['access_token']) }), 401, 'invalid_token');
        if (status === 200)
          expectProblem(await app.refresh(String(body['refresh_token'])), 400, 'invalid_grant');
        expect((await administer('enable')).status).toBe(204);
      }
    });

    it('are listed for admins, without a hash', async () => {
      const { status, body } = await app.call('/admin/users', { token: admin.access_token });
      expect(status).toBe(200);
      expect(body).toContainEqual({ username, roles: ['editor'], disabled: false });
      expect(JSON.stringify(body)).not.toContain('argon2');
    });

    it('are guarded by budgets of failures that admins can look up', async () => {
      expectProblem(await app.call('/admin/limits', { token: user.access_token }), 403, 'access_denied');
      const { body } = await app.call('/admin/limits', { token: admin.access_token });
      expect(body).toMatchObject({
        throttlers: [{ limit: 100_000, windowMs: 60_000 }],
        credentials: { perAccountAndAddress: expect.arrayContaining([{ failures: 5, withinMs: 60_000 }]) },
      });
      for (let failure = 1; failure <= 5; failure += 1) expectProblem(await loginAnswer('wrong'), 401);
      const refused = await loginAnswer('wrong');
      expectProblem(refused, 429, 'quota_exceeded');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    });
  });
}
