import { basic } from '../../support/oauth2/oauth-caller.js';
import { expectProblem } from '../problem.js';
import type { SampleApp, Tokens } from '../sample-app.js';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const machine = {
  name: 'Nightly job',
  grants: 'client_credentials',
  scope: 'articles:read',
  roles: 'viewer',
};

export function describeClients(started: () => SampleApp): void {
  describe('OAuth clients', () => {
    let app: SampleApp;
    let admin: Tokens;
    let serial = 0;
    let id: string;

    beforeAll(async () => {
      app = started();
      admin = await app.login('admin', 'admin-password');
    });
    beforeEach(() => (id = `job-${++serial}`));

    const administer = (method: string, path: string, json?: object, token = admin.access_token) =>
      app.call(`/admin/clients${path}`, { method, token, ...(json !== undefined && { json }) });
    const register = (facts: object = machine) =>
      administer('POST', '', { id, confidential: true, ...facts });
    const tokenFor = (clientId: string, secret: unknown) => app.machineToken(clientId, String(secret));

    it('are registered by an admin, with a secret that is told once', async () => {
      const { status, headers, body } = await register();
      expect(status).toBe(201);
      expect(body).toEqual({ client_id: id, client_secret: expect.stringMatching(/^ghcs_/) });
      expect(headers.get('cache-control')).toBe('no-store');
      const token = await tokenFor(id, body['client_secret']);
      expect(token).toMatchObject({ status: 200, body: { scope: 'articles:read' } });
      const me = await app.call('/me', { token: String(token.body['access_token']) });
      expect(me.body).toMatchObject({ sub: `client:${id}`, client_id: id, roles: ['viewer'] });
      const list = await administer('GET', '');
      expect(list.body).toContainEqual(expect.objectContaining({ id, secrets: 1, disabled: false }));
      expect(JSON.stringify(list.body)).not.toMatch(/sha256|ghcs_/);
      expectProblem(await register(), 409);
    });

    it('may have no secret, when they are public', async () => {
      const facts = {
        grants: 'authorization_code',
        redirectUris: 'http://127.0.0.1/cb',
        confidential: false,
      };
      expect((await register({ ...machine, ...facts })).body).toEqual({ client_id: id });
      expectProblem(await administer('POST', `/${id}/secrets`), 409);
    });

    it('keep their old secret while it is replaced', async () => {
      const { body: first } = await register();
      const { status, body: second } = await administer('POST', `/${id}/secrets`);
      expect(status).toBe(201);
      for (const { client_secret } of [first, second])
        expect((await tokenFor(id, client_secret)).status).toBe(200);
      expectProblem(await administer('POST', `/${id}/secrets`), 409);
      expect((await administer('DELETE', `/${id}/secrets/old`)).status).toBe(204);
      expect((await tokenFor(id, first['client_secret'])).status).toBe(401);
      expect((await tokenFor(id, second['client_secret'])).status).toBe(200);
    });

    it('lose every token with the day they are disabled, until they are enabled', async () => {
      const { body } = await register();
      const { body: issued } = await tokenFor(id, body['client_secret']);
      const token = String(issued['access_token']);
      expect((await app.call('/me', { token })).status).toBe(200);
      expect((await administer('POST', `/${id}/disable`)).status).toBe(204);
      expectProblem(await app.call('/me', { token }), 401, 'invalid_token');
      expect(await tokenFor(id, body['client_secret'])).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
      expect((await administer('POST', `/${id}/enable`)).status).toBe(204);
      expect((await tokenFor(id, body['client_secret'])).status).toBe(200);
      expectProblem(await app.call('/me', { token }), 401, 'invalid_token');
    });

    it('are registered anew: what they may acts at once', async () => {
      const { body } = await register({ ...machine, scope: 'articles:read articles:write', roles: 'editor' });
      const { body: issued } = await tokenFor(id, body['client_secret']);
      const token = String(issued['access_token']);
      const write = (bearer: string) => app.call('/articles', { token: bearer, json: { title: 'T' } });
      expect((await write(token)).status).toBe(201);
      expect((await administer('PUT', `/${id}`, machine)).status).toBe(204);
      expectProblem(await write(token), 401, 'invalid_token');
      const { body: next } = await tokenFor(id, body['client_secret']);
      expectProblem(await write(String(next['access_token'])), 403);
    });

    it.each([
      ['a grant that is none', { grants: 'implicit' }, 'grants: '],
      ['a machine without a secret', { confidential: false }, 'grants: client_credentials needs a secret'],
      ['a role that is none', { roles: 'vieuwer' }, "roles: no role 'vieuwer'"],
      ['a list', { scope: ['articles:read'] }, ''],
    ])('are not registered with %s', async (_what, change, detail) => {
      const answer = await register({ ...machine, ...change });
      expectProblem(answer, 400);
      expect(String(answer.body['detail'])).toContain(detail);
    });

    it('act for somebody with a token of a client that they are registered for', async () => {
      const { body: job } = await register();
      const { body: shown } = await app.machineToken(id, String(job['client_secret']));
      const exchanging = async (exchangesTokensOf: string) => {
        const client = `gateway-${++serial}`;
        const facts = { id: client, grants: EXCHANGE, roles: '', exchangesTokensOf };
        const { body } = await register({ ...machine, ...facts });
        return app.callForm(
          '/oauth/token',
          {
            grant_type: EXCHANGE,
            subject_token: String(shown['access_token']),
            subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          },
          { authorization: basic(client, String(body['client_secret'])) },
        );
      };
      const { status, body } = await exchanging(id);
      expect(status).toBe(200);
      const me = await app.call('/me', { token: String(body['access_token']) });
      expect(me.body).toMatchObject({ sub: `client:${id}`, client_id: `gateway-${serial}` });
      expect(await exchanging('')).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    });

    it('are for who may manage them, and unknown ones are none', async () => {
      const { access_token } = await app.login('demo', 'demo-password');
      expectProblem(await administer('GET', '', undefined, access_token), 403);
      for (const [method, path] of [
        ['PUT', '/nobody'],
        ['POST', '/nobody/secrets'],
        ['DELETE', '/nobody/secrets/old'],
        ['POST', '/nobody/disable'],
        ['POST', '/nobody/enable'],
      ] as const)
        expectProblem(await administer(method, path, method === 'PUT' ? machine : undefined), 404);
    });
  });
}
