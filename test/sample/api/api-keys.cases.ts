import { expectProblem } from '../problem.js';
import type { SampleApp } from '../sample-app.js';

export function describeApiKeys(started: () => SampleApp): void {
  describe('[11-F] API keys', () => {
    let app: SampleApp;

    beforeAll(() => {
      app = started();
    });

    async function statusFor(key: string, path: string, method = 'GET'): Promise<number> {
      const headers = { authorization: `ApiKey ${key}`, 'content-type': 'application/json' };
      const body = method === 'GET' ? {} : { body: '{"title":"by a script"}' };
      return (await fetch(app.url + path, { method, headers, ...body })).status;
    }

    it('a user makes a key, a script reads articles with it, and the user ends it', async () => {
      const { access_token: token } = await app.login('demo', 'demo-password');
      const created = await app.call('/me/api-keys', { token, json: { name: 'backup' } });
      expect(created.status).toBe(201);
      const { key, ...listed } = created.body as { readonly key: string; readonly id: string };
      expect(key).toMatch(/^articles_test_/);
      expect(await statusFor(key, '/articles')).toBe(200);
      expect(await statusFor(key, '/me')).toBe(200);
      expect(await statusFor(key, '/articles', 'POST')).toBe(403);
      expect(await statusFor(key, '/me/api-keys', 'POST')).toBe(401);
      expect(await statusFor(key, `/me/api-keys/${listed.id}`, 'DELETE')).toBe(401);
      const list = await app.call('/me/api-keys', { token });
      expect(list.body).toEqual([{ ...listed, lastUsedAt: expect.any(Number) }]);
      const end = () => app.call(`/me/api-keys/${listed.id}`, { token, method: 'DELETE' });
      expect((await end()).status).toBe(204);
      expect(await statusFor(key, '/me')).toBe(401);
      expectProblem(await end(), 404);
      for (const name of ['', 'a\u0000b', 'a\nb', 'a\u202Eb', 'a\u2028b', 'a\uD83D'])
        expectProblem(await app.call('/me/api-keys', { token, json: { name } }), 400);
    });

    it("an administrator's key reads articles and administrates nothing", async () => {
      const { access_token: token } = await app.login('admin', 'admin-password');
      const { body } = await app.call('/me/api-keys', { token, json: { name: 'report' } });
      const key = body['key'] as string;
      expect(await statusFor(key, '/articles/search?text=a')).toBe(200);
      for (const path of ['/admin/users', '/articles/drafts']) expect(await statusFor(key, path)).toBe(403);
      expect(await statusFor(key, '/admin/users/demo/disable', 'POST')).toBe(403);
      expect((await app.call('/admin/users', { token })).status).toBe(200);
    });
  });
}
