import { expectProblem } from './problem.js';
import { SampleApp, type Tokens } from './sample-app.js';

describe.each(['express', 'fastify'])('accounts on %s', (PLATFORM) => {
  let app: SampleApp;
  let demo: Tokens;
  let admin: Tokens;

  beforeEach(async () => {
    app = await SampleApp.start({ PLATFORM });
    demo = await app.login('demo', 'demo-password');
    admin = await app.login('admin', 'admin-password');
  });
  afterEach(() => app.stop());

  const loginAnswer = (password: string) => app.call('/auth/login', { json: { username: 'demo', password } });

  it("a new password ends every session of the user and nobody else's", async () => {
    const phone = await app.login('demo', 'demo-password');
    const json = { currentPassword: 'demo-password', newPassword: 'another-password' };
    const change = await app.call('/me/password', { token: phone.access_token, json });
    expect(change.status).toBe(204);
    for (const { access_token, refresh_token } of [demo, phone]) {
      expectProblem(await app.call('/me', { token: access_token }), 401, 'invalid_token');
      expectProblem(await app.refresh(refresh_token), 400, 'invalid_grant');
    }
    expect((await app.call('/me', { token: admin.access_token })).status).toBe(200);
    expectProblem(await loginAnswer('demo-password'), 401, 'invalid_credentials');
    expect((await loginAnswer('another-password')).status).toBe(200);
  });

  it('a wrong current password changes nothing', async () => {
    const json = { currentPassword: 'wrong', newPassword: 'another-password' };
    expectProblem(await app.call('/me/password', { token: demo.access_token, json }), 403);
    expectProblem(await app.call('/me/password', { token: demo.access_token, json: {} }), 400);
    expect((await app.call('/me', { token: demo.access_token })).status).toBe(200);
  });

  it('a disabled user is out at once and cannot come back until enabled', async () => {
    const administer = (path: string, token = admin.access_token) =>
      app.call(path, { method: 'POST', token });
    expectProblem(await administer('/admin/users/demo/disable', demo.access_token), 403, 'access_denied');
    expect((await administer('/admin/users/demo/disable')).status).toBe(204);
    expectProblem(await app.call('/me', { token: demo.access_token }), 401, 'invalid_token');
    expectProblem(await app.refresh(demo.refresh_token), 400, 'invalid_grant');
    expectProblem(await loginAnswer('demo-password'), 401, 'invalid_credentials');
    expect((await administer('/admin/users/demo/enable')).status).toBe(204);
    expect((await loginAnswer('demo-password')).status).toBe(200);
    expectProblem(await administer('/admin/users/nobody/disable'), 404);
  });

  it('are listed for admins, without a hash', async () => {
    const { status, body } = await app.call('/admin/users', { token: admin.access_token });
    expect(status).toBe(200);
    expect(body).toContainEqual({ username: 'demo', roles: ['editor'], disabled: false });
    expect(JSON.stringify(body)).not.toContain('argon2');
  });

  it('are guarded by budgets of failures that admins can look up', async () => {
    expectProblem(await app.call('/admin/limits', { token: demo.access_token }), 403, 'access_denied');
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
