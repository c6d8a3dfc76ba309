import { type INestApplication, RequestMethod, VersioningType } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { AuthModule, type AuthModuleOptions } from 'nestjs-gatehouse';
import { ISSUER, platforms } from '../support/app/start-app.js';
import { opinions } from '../http/opinions.js';
import { TestGrant } from '../options/smallest-ports.js';
import { OAuthStand } from '../support/oauth2/oauth-stand.js';

const PATH = '/.well-known/oauth-authorization-server';
const METHODS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'];
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512'.split(' ');

const client = { id: 'spa', grants: [], scope: [] };
const resourceServer: Partial<AuthModuleOptions> = {
  keys: { remote: { jwksUri: 'https://issuer.test/jwks' } },
};

describe.each(platforms)('metadata of the authorization server on %s', (platform) => {
  type Shape = Parameters<typeof OAuthStand.start>[0];
  const told = async (shape: Shape = {}, path = PATH) => {
    const stand = await OAuthStand.start({ platform, logger: false, ...shape });
    try {
      const { status, body, headers } = await stand.get(path);
      const endpoints = Object.entries(body)
        .filter(([name]) => name.endsWith('_endpoint'))
        .map(([, url]) => new URL(String(url)).pathname);
      const statuses = await Promise.all(endpoints.map(async (each) => (await stand.form(each, {})).status));
      return { status, body, headers, statuses };
    } finally {
      await stand.close();
    }
  };

  it('[8414-27] [8414-28] lists what is served, under the issuer of the tokens', async () => {
    const { status, body, headers } = await told();
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('cache-control')).toBe('public, max-age=300');
    expect(headers.get('etag')).toMatch(/^"[\w-]+"$/);
    expect(body).toEqual({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      token_endpoint: `${ISSUER}/oauth/token`,
      token_endpoint_auth_methods_supported: METHODS,
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      grant_types_supported: ['client_credentials', 'refresh_token'],
      response_types_supported: [],
      revocation_endpoint: `${ISSUER}/oauth/revoke`,
      revocation_endpoint_auth_methods_supported: METHODS,
      revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      introspection_endpoint: `${ISSUER}/oauth/introspect`,
      introspection_endpoint_auth_methods_supported: METHODS.filter((method) => method !== 'none'),
      introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    });
  });

  it('[8414-28] lists nothing that is switched off, and what the host added', async () => {
    const { body } = await told({
      oauth: { grants: [TestGrant], endpoints: { token: 'tokens', revoke: false, introspect: false } },
    });
    expect(body).toEqual({
      issuer: ISSUER,
      jwks_uri: `${ISSUER}/.well-known/jwks.json`,
      token_endpoint: `${ISSUER}/tokens`,
      token_endpoint_auth_methods_supported: METHODS,
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      grant_types_supported: ['client_credentials', 'refresh_token', 'urn:test:grant'],
      response_types_supported: [],
    });
    const none = await told({ oauth: { endpoints: { token: false } } });
    expect(none.body).toMatchObject({ grant_types_supported: [] });
    expect(none.body).not.toHaveProperty('token_endpoint');
  });

  it.each([
    ['https://auth.test/', PATH],
    ['https://auth.test/realms/one', `${PATH}/realms/one`],
    ['https://auth.test/realms/one/', `${PATH}/realms/one`],
  ])('[8414-27] issuer %s is told of at %s', async (issuer, path) => {
    const { status, body } = await told({ options: { issuer } }, path);
    expect(status).toBe(200);
    // Byte for byte, the slash at the end included.
    expect(body['issuer']).toBe(issuer);
    expect(body['token_endpoint']).toBe('https://auth.test/oauth/token');
  });

  it.each(['/', '/x', '/oauth-authorization-server'])(
    '[8414-27] nothing is at the path of it and %s',
    async (tail) => {
      expect((await told({}, PATH + tail)).status).toBe(404);
    },
  );

  const prepared: readonly (readonly [string, (app: INestApplication) => unknown, string])[] = [
    ['a prefix', (app) => app.setGlobalPrefix('/api/'), '/api'],
    ['a prefix that leaves them out', (app) => app.setGlobalPrefix('api', { exclude: ['oauth/*path'] }), ''],
    [
      'a prefix that leaves one out for another method',
      (app) => app.setGlobalPrefix('api', { exclude: [{ path: 'oauth/token', method: RequestMethod.GET }] }),
      '/api',
    ],
    [
      'versions with a default',
      (app) => app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }),
      '',
    ],
  ];

  it.each(prepared)('[8414-28] names endpoints where they are with %s', async (_, prepare, base) => {
    const { body, statuses } = await told({ prepare });
    expect(body['token_endpoint']).toBe(`${ISSUER}${base}/oauth/token`);
    expect(statuses).toEqual([400, 401, 401]);
  });

  it('[8414-28] names endpoints where they are with a module path', async () => {
    const { body, statuses } = await told({
      imports: [RouterModule.register([{ path: 'inner', module: AuthModule }]), opinions],
      prepare: (app) => app.setGlobalPrefix('api'),
    });
    expect(body['revocation_endpoint']).toBe(`${ISSUER}/api/inner/oauth/revoke`);
    expect(statuses).toEqual([400, 401, 401]);
  });

  it('leaves out what differs from request to request', async () => {
    const { body } = await told({ oauth: { endpoints: { token: ':tenant/token' } } });
    expect(body).not.toHaveProperty('token_endpoint');
    expect(body).toHaveProperty('revocation_endpoint');
  });

  it('is where the keys are, and nowhere if it is switched off', async () => {
    const moved = await told(
      { extras: { endpoints: { wellKnown: '/docs/' } } },
      '/docs/oauth-authorization-server',
    );
    expect(moved).toMatchObject({ status: 200, body: { jwks_uri: `${ISSUER}/docs/jwks.json` } });
    expect((await told({ oauth: { endpoints: { metadata: false } } })).status).toBe(404);
    expect((await told({ extras: { endpoints: { wellKnown: false } } })).status).toBe(404);
  });

  it('works without logins of our own', async () => {
    const { status, statuses } = await told({ extras: { endpoints: { auth: false } } });
    expect({ status, statuses }).toEqual({ status: 200, statuses: [400, 401, 401] });
  });

  const wrong: readonly (readonly [string, Shape])[] = [
    ['issuer', { options: { issuer: 'our service' } }],
    ['issuer', { options: { issuer: 'https://auth.test/?a=b' } }],
    ['issuer', { options: { issuer: 'https://auth.test/#a' } }],
    ['issuer', { options: { issuer: 'urn:auth:test' } }],
    ['keys.remote', { options: resourceServer, extras: { endpoints: { auth: false } } }],
    ['oauth.endpoints.introspect', { oauth: { endpoints: { introspect: 'oauth/token' } } }],
    ['oauth.clients[1].id', { oauth: { clients: [client, client] } }],
  ];

  it.each(wrong)('the boot refuses a mistake in %s', async (option, shape) => {
    await expect(told(shape)).rejects.toMatchObject({ findings: [{ option }] });
  });
});
