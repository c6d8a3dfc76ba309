import { expectProblem } from '../problem.js';
import type { SampleApp } from '../sample-app.js';
import { PASSWORD } from './users.js';

export function describeArticles(started: () => SampleApp): void {
  describe('articles', () => {
    let app: SampleApp;
    const tokens = new Map<string, string>();
    const as = (role: string): string => tokens.get(role) ?? '';

    beforeAll(async () => {
      app = started();
      for (const role of ['viewer', 'editor', 'admin', 'reviewer']) {
        tokens.set(role, (await app.login(`${role}-user`, PASSWORD)).access_token);
      }
    });

    const write = async (role: string, json: object): Promise<string> => {
      const { status, body } = await app.call('/articles', { token: as(role), json });
      expect(status).toBe(201);
      return `/articles/${String(body['id'])}`;
    };

    it('are read by everybody', async () => {
      const path = await write('editor', { title: 'Public' });
      expect((await app.call('/articles')).status).toBe(200);
      expect((await app.call(path)).body).toMatchObject({ title: 'Public', author: 'editor-user' });
    });

    it('are written by who may: articles:write', async () => {
      expectProblem(await app.call('/articles', { json: { title: 'T' } }), 401, 'unauthenticated');
      expectProblem(
        await app.call('/articles', { token: as('viewer'), json: { title: 'T' } }),
        403,
        'access_denied',
      );
      await write('admin', { title: 'By the admin, who inherits from editor' });
    });

    it('are changed by their owner, or by who may change all of them', async () => {
      const path = await write('admin', { title: 'Of the admin' });
      const change = (role: string) =>
        app.call(path, { method: 'PATCH', token: as(role), json: { body: role } });
      expectProblem(await change('editor'), 403, 'access_denied');
      expectProblem(await change('viewer'), 403, 'access_denied');
      expect((await change('reviewer')).body).toMatchObject({ title: 'Of the admin', body: 'reviewer' });
      const own = await write('editor', { title: 'Own' });
      expect(
        (await app.call(own, { method: 'PATCH', token: as('editor'), json: { title: 'New' } })).status,
      ).toBe(200);
    });

    it('are deleted by their owner', async () => {
      const path = await write('editor', { title: 'Own' });
      expectProblem(await app.call(path, { method: 'DELETE', token: as('reviewer') }), 403, 'access_denied');
      expect((await app.call(path, { method: 'DELETE', token: as('editor') })).status).toBe(204);
      expectProblem(await app.call(path), 404);
    });

    it('that are drafts are seen by their author and by who may change them', async () => {
      const path = await write('editor', { title: 'Draft', draft: true });
      expectProblem(await app.call(path), 404);
      expectProblem(await app.call(path, { token: as('viewer') }), 404);
      expect((await app.call(path, { token: as('editor') })).status).toBe(200);
      expect((await app.call(path, { token: as('reviewer') })).status).toBe(200);
      expectProblem(await app.call(path, { token: 'garbled' }), 401, 'invalid_token');
    });

    it('are listed: the own ones for everybody logged in, the drafts for editors', async () => {
      expectProblem(await app.call('/articles/mine'), 401, 'unauthenticated');
      expect((await app.call('/articles/mine', { token: as('viewer') })).body).toEqual([]);
      expectProblem(await app.call('/articles/drafts', { token: as('viewer') }), 403, 'access_denied');
      expect((await app.call('/articles/drafts', { token: as('admin') })).status).toBe(200);
    });

    it('are explained to admins', async () => {
      const path = '/access/explain?username=editor-user&permission=articles:update';
      expectProblem(await app.call(path, { token: as('editor') }), 403, 'access_denied');
      const { status, body } = await app.call(path, { token: as('admin') });
      expect(status).toBe(200);
      expect(body).toMatchObject({ allowed: false });
    });
  });
}
