import { AuthEvents, TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { type Created, startKeysHost } from './keys-host.js';

const DAY_MS = 86_400_000;

describe.each(everywhere)('[11-F] API keys on $platform and $medium', ({ platform, medium: kind }) => {
  let medium: TestMedium;
  let host: Awaited<ReturnType<typeof startKeysHost>>;

  beforeAll(async () => {
    medium = await startMedium(kind);
    const apiKeys = { header: 'X-API-Key', maxPerSubject: 50 };
    host = await startKeysHost(apiKeys, {
      platform,
      options: medium.redis === undefined ? {} : { redis: medium.redis },
    });
  });
  afterAll(async () => {
    await host?.close();
    await medium?.stop();
  });

  it('a key is created by a user, shown once, and speaks for the user from then on', async () => {
    const { client } = host;
    const claims = { tenant: 'acme' };
    const { key, apiKey } = await client.create({ name: 'CI', claims, ttl: '30d', clientId: 'ci' });
    expect(key).toMatch(/^gh_test_[0-9A-Za-z]{38}_[0-9A-Za-z]{49}$/);
    const answer = await client.show(key);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      scheme: 'ApiKey',
      subject: 'user-demo',
      clientId: 'ci',
      roles: ['demo'],
      tokenId: apiKey.id,
      claims,
      issuedAt: apiKey['createdAt'],
      expiresAt: (apiKey['createdAt'] as number) + 30 * DAY_MS,
    });
    expect((await client.show(key, '/demos')).status).toBe(200);
  });

  it('is listed without its secret, with its last use, by its owner alone', async () => {
    const { client } = host;
    const mine = await client.create({ name: 'listed' }, 'lister');
    await client.create({ name: 'of somebody else' }, 'other');
    await client.show(mine.key);
    const { access_token: token } = await client.login('lister');
    const { body, text } = await client.get<readonly Record<string, unknown>[]>('/keys', token);
    expect(body).toEqual([{ ...mine.apiKey, lastUsedAt: expect.any(Number) }]);
    expect(text).not.toContain(mine.key.split('_').at(-1)!.slice(0, 20));
    expect(text).not.toMatch(/hash/i);
  });

  it('may be in a header that the options name, and nowhere else', async () => {
    const { client } = host;
    const { key } = await client.create();
    const by = (headers: Record<string, string>, path = '/who') => client.send('GET', path, { headers });
    expect((await by({ 'x-api-key': key })).status).toBe(200);
    expect((await by({ authorization: `apikey   ${key}` })).status).toBe(200);
    expect((await by({ 'api-key': key })).status).toBe(401);
    for (const name of ['api_key', 'apikey', 'key', 'access_token', 'x-api-key'])
      expect((await by({}, `/who?${name}=${key}`)).status).toBe(401);
    expect((await by({ cookie: `x-api-key=${key}; ApiKey=${key}` })).status).toBe(401);
    expect((await client.post('/who', { api_key: key })).status).toBe(401);
  });

  it('two keys, and a key beside an access token, are invalid_request', async () => {
    const { client } = host;
    const { key } = await client.create();
    const { access_token: token } = await client.login();
    const both: [string, string][][] = [
      [
        ['authorization', `ApiKey ${key}`],
        ['x-api-key', key],
      ],
      [
        ['authorization', `Bearer ${token}`],
        ['x-api-key', key],
      ],
      [
        ['x-api-key', key],
        ['x-api-key', key],
      ],
    ];
    for (const headers of both)
      expect(await client.send('GET', '/who', { headers })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request' },
      });
    const inQuery = await client.show(key, `/who?access_token=${token}`);
    expect(inQuery.status).toBe(400);
  });

  it('is narrowed by its scope: 403 insufficient_scope', async () => {
    const { client } = host;
    const words = [];
    for (const scope of [undefined, ['articles:read'], ['articles:write'], []]) {
      const { key } = await client.create({ ...(scope && { scope }) });
      const { status, body } = await client.show(key, '/articles');
      words.push(status === 403 ? body['code'] : status);
    }
    const refused = 'insufficient_scope';
    expect(words).toEqual([refused, 200, refused, refused]);
  });

  it('is no fresh login: a key makes no keys here', async () => {
    const { client } = host;
    const { key } = await client.create();
    const answer = await client.show(key, '/keys', 'POST');
    expect(answer).toMatchObject({ status: 401, body: { code: 'fresh_auth_required' } });
  });

  it('is limited by itself: RateLimit fields and 429', async () => {
    const { client } = host;
    const { key } = await client.create({ rateLimit: { limit: 3, ttl: '1h' } });
    const { key: other } = await client.create({ rateLimit: { limit: 3, ttl: '1h' } });
    const states = [];
    for (let call = 0; call < 3; call++) {
      const { status, headers } = await client.show(key);
      states.push([status, headers.get('ratelimit-policy'), headers.get('ratelimit')?.split(';t')[0]]);
    }
    const policy = '"credential";q=3;w=3600';
    expect(states).toEqual([2, 1, 0].map((left) => [200, policy, `"credential";r=${left}`]));
    const refused = await client.show(key);
    expect(refused).toMatchObject({
      status: 429,
      body: { code: 'quota_exceeded', 'violated-policies': ['credential'] },
    });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3000);
    expect((await client.show(other)).status).toBe(200);
  });

  it('ends when its owner revokes it, and nobody else can', async () => {
    const { client } = host;
    const { key, apiKey } = await client.create({}, 'ender');
    const { access_token: strange } = await client.login('stranger');
    expect((await client.delete(`/keys/${apiKey.id}`, strange)).status).toBe(404);
    expect((await client.show(key)).status).toBe(200);
    const { access_token: own } = await client.login('ender');
    expect((await client.delete(`/keys/${apiKey.id}`, own)).status).toBe(204);
    expect(await client.show(key)).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
    expect((await client.delete(`/keys/${apiKey.id}`, own)).status).toBe(404);
  });

  it('ends with what is revoked of its owner, but not by a logout everywhere', async () => {
    const { client, app, keys } = host;
    const blacklist = app.get(TokenBlacklistService);
    const { key } = await client.create({ clientId: 'robots' }, 'owner');
    const { access_token: token } = await client.login('owner');
    expect((await client.post('/auth/logout-all', undefined, token)).status).toBe(204);
    expect((await client.show(key)).status).toBe(200);
    await blacklist.revokeSubject('user-owner');
    expect((await client.show(key)).status).toBe(401);

    const again = await client.create({ clientId: 'robots' }, 'owner');
    expect((await client.show(again.key)).status).toBe(200);
    await blacklist.revokeClient('robots');
    expect((await client.show(again.key)).status).toBe(401);

    const last = await client.create({}, 'owner');
    const principal = (await client.show(last.key)).body as never;
    await app.get(TokenService).revoke(principal);
    expect((await client.show(last.key)).status).toBe(401);
    expect(await keys.list('user-owner')).toEqual([]);
  });

  it('is told of by its id', async () => {
    const { client, app } = host;
    const told: unknown[] = [];
    const events = app.get(AuthEvents);
    const stops = (['api-key.created', 'api-key.revoked'] as const).map((event) =>
      events.on(event, (payload) => told.push([event, payload])),
    );
    const { apiKey } = await client.create({}, 'told');
    await host.keys.revokeAll('user-told');
    for (const stop of stops) stop();
    const payload = { keyId: apiKey.id, subject: 'user-told' };
    expect(told).toMatchObject([
      ['api-key.created', payload],
      ['api-key.revoked', payload],
    ]);
  });

  it('is asked for by a challenge of its own', async () => {
    const { client } = host;
    const challenge = async (key?: string) =>
      (key === undefined ? await client.get('/who') : await client.show(key)).headers.get('www-authenticate');
    expect(await challenge()).toBe('Bearer realm="api", ApiKey realm="api"');
    expect(await challenge('gh_test_x')).toBe(
      'ApiKey realm="api", error="invalid_token", error_description="The access token is not valid", Bearer realm="api"',
    );
    for (const authorization of ['ApiKey', 'ApiKey ', 'ApiKey a b', 'ApiKey "x"'])
      expect((await client.send('GET', '/maybe', { headers: { authorization } })).status).toBe(401);
  });

  it('there are no more of them than a subject may have', async () => {
    const { client, keys } = host;
    await client.create({}, 'many');
    const asked = Array.from({ length: 60 }, () => keys.create({ subject: 'user-many', name: 'x' }));
    const settled = await Promise.allSettled(asked);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(49);
    const { access_token: token } = await client.login('many');
    const { status, body } = await client.post<Created & { code: string }>('/keys', {}, token);
    expect([status, body.code]).toEqual([409, 'api_key_limit_reached']);
    await keys.revokeAll('user-many');
  });
});
