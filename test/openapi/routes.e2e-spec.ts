import { type INestApplication, RequestMethod, VersioningType } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { request } from 'node:http';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { type Documented, documentOf, operationsOf } from './documented.js';
import { HostsModule, ShopModule } from './shop.js';

const definition = {
  permissions: ['items:write'],
  roles: { clerk: {}, manager: { inherits: ['clerk'], grants: ['items:write'] } },
  scopes: { items: ['items:write'], everything: ['*'] },
};

const start = (platform: 'express' | 'fastify', prepare: (app: INestApplication) => unknown) =>
  startApp({
    platform,
    prepare,
    imports: [{ module: ShopModule }, ...(platform === 'express' ? [{ module: HostsModule }] : [])],
    options: { rbac: { definition, audit: 'off' }, dpop: true, apiKeys: true },
    logger: ['fatal'],
  });

/** What a stranger is answered: by Node itself, since `fetch` doesn't let anybody say which host is meant. */
function statusOf(url: string, method: string, host?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { method, ...(host !== undefined && { headers: { host } }) }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

const isOpen = ({ security }: Documented) =>
  security !== undefined && (security.length === 0 || security.some((way) => Object.keys(way).length === 0));

describe.each(platforms)('documentAuth with prefix, versions and RouterModule (%s)', (platform) => {
  let running: RunningApp;
  let document: OpenAPIObject;
  let operations: ReadonlyMap<string, Documented>;

  beforeAll(async () => {
    running = await start(platform, (app) => {
      app.setGlobalPrefix('api', { exclude: [{ path: 'health', method: RequestMethod.GET }] });
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    });
    document = documentOf(running.app);
    operations = operationsOf(document);
  });
  afterAll(() => running.close());

  it('finds the handler of every operation, and says of each what a stranger is told', async () => {
    const known = [...operations].filter(([, { operationId }]) => !operationId.startsWith('gatehouse_'));
    expect(known.map(([route]) => route)).toEqual(
      expect.arrayContaining([
        'GET /v1/health',
        'GET /api/v1/items/{id}',
        'GET /api/v1/alias/myself',
        'PATCH /api/v1/auth-of-host/anything',
        'GET /api/v2/versions',
        'GET /api/v3/versions',
        'GET /api/versions/any',
        'GET /api/v1/deep/down/files/{path}',
      ]),
    );
    for (const [route, operation] of known) {
      const [verb = '', path = ''] = route.split(' ');
      // Where hosts decide, both are in one operation.
      if (path.endsWith('/hosts')) continue;
      const status = await statusOf(running.url + path.replaceAll(/\{\w+\}/g, 'x'), verb);
      expect({ route, open: isOpen(operation) }).toEqual({ route, open: status !== 401 });
      expect(Object.keys(operation.responses).includes('401')).toBe(operation.security?.length !== 0);
    }
  });

  it('has no operation id twice, although the host has a class with a name of ours', () => {
    const ids = [...operations.values()].map(({ operationId }) => operationId);
    expect(ids).toHaveLength(new Set(ids).size);
    expect(ids).toContain('gatehouse_me');
  });

  it('says what roles, permissions, scopes, logins and keys are needed', () => {
    const at = (route: string) => operations.get(`GET /api/v1/items/${route}`)!;
    expect(at('{id}')['x-gatehouse-access']).toEqual({
      authentication: 'required',
      requires: [{ kind: 'roles', mode: 'any', names: ['clerk', 'manager'] }],
    });
    expect(operations.get('POST /api/v1/items/{id}/move')?.description).toBe(
      'Access: permission `items:write`, or its `:own` form for what is the caller’s own.',
    );
    expect(at('{id}/report').description).toBe('Access: scope `reports`.');
    expect(at('{id}/price').description).toBe('Access: a login at most 300 s ago, by `otp`.');
    expect(at('{id}/price').responses['401']?.description).toContain('`fresh_auth_required`');
    expect(at('{id}/price').security).not.toContainEqual({ apiKey: [] });
    expect(at('{id}/cost').security).toEqual([{ dpop: [], dpopProof: [] }]);
    expect(at('{id}/report').security).toContainEqual({ apiKey: [] });
  });

  it('tells of a limit where there is one', () => {
    const limited = operations.get('GET /api/v1/items')!;
    expect(Object.keys(limited.responses['429']?.headers ?? {})).toEqual(
      expect.arrayContaining(['Retry-After', 'RateLimit', 'RateLimit-Policy', 'X-RateLimit-Limit']),
    );
    expect(limited.responses['200']?.headers).toHaveProperty('RateLimit');
    // API keys bring a limit along.
    expect(operations.get('GET /api/v1/items/{id}/report')?.responses).toHaveProperty('429');
    expect(operations.get('GET /api/v1/items/{id}/report')?.responses['200']?.headers).toBeUndefined();
  });

  it('keeps what the host says', () => {
    const one = operations.get('GET /api/v1/items/{id}')!;
    expect(one.summary).toBe('One item');
    expect(one.description).toBe('What the host says.\n\nAccess: role `clerk` or `manager`.');
    expect(one.responses['403']).toMatchObject({ description: 'The host’s own words.' });
    expect(operations.get('POST /api/v1/items')?.security).toEqual([{ 'of-the-host': [] }]);
  });

  it('changes nothing the second time', async () => {
    const before = JSON.stringify(document);
    const { documentAuth } = await import('nestjs-gatehouse/openapi');
    expect(documentAuth(document, running.app)).toBe(document);
    expect(JSON.stringify(document)).toBe(before);
  });

  it('finds operations without the prefix, and leaves our documents out where a document leaves our endpoints out', () => {
    const bare = documentOf(running.app, { ignoreGlobalPrefix: true });
    expect(operationsOf(bare).get('GET /v1/items/{id}')).toHaveProperty('x-gatehouse-access');
    expect(bare.paths).toHaveProperty(['/.well-known/jwks.json']);
    const part = documentOf(running.app, { include: [ShopModule] });
    expect(part.paths).not.toHaveProperty(['/.well-known/jwks.json']);
  });
});

describe('documentAuth with versions in a header, and hosts', () => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await start('express', (app) =>
      app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
    );
  });
  afterAll(() => running.close());

  it('says what each version asks for', () => {
    const versions = operationsOf(documentOf(running.app)).get('GET /versions')!;
    expect(versions['x-gatehouse-access']).toEqual([
      { authentication: 'required' },
      { authentication: 'public' },
    ]);
    expect(versions.security).toContainEqual({});
  });

  it('says what several handlers of one operation ask for', async () => {
    const operation = operationsOf(documentOf(running.app)).get('GET /hosts')!;
    expect(operation['x-gatehouse-access']).toEqual([
      { authentication: 'public' },
      { authentication: 'required' },
    ]);
    expect(operation.security).toContainEqual({});
    expect(operation.security).toContainEqual({ bearer: [] });
    const at = `${running.url}/hosts`;
    expect(await statusOf(at, 'GET', 'public.test')).toBe(200);
    expect(await statusOf(at, 'GET', 'private.test')).toBe(401);
  });
});
