import { ApiKeyService, TokenBlacklistService } from 'nestjs-gatehouse';
import { AUDIENCE, ISSUER, platforms } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { basic } from '../support/oauth2/oauth-caller.js';
import { CLIENT_SECRET, OAuthStand } from '../support/oauth2/oauth-stand.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';

const PATH = '/oauth/introspect';
const INACTIVE = '{"active":false}';

describe.each(everywhere)('introspection of tokens ($medium, $platform)', ({ medium, platform }) => {
  let stores: TestMedium;
  let stand: OAuthStand;

  beforeAll(async () => {
    stores = await startMedium(medium);
    stand = await OAuthStand.start({ platform, redis: stores.redis, options: { apiKeys: true } });
  });
  afterAll(async () => {
    await stand?.close();
    await stores?.stop();
  });

  const ask = (clientId: string, token: string, hint?: string) =>
    stand.as(clientId, PATH, { token, ...(hint !== undefined && { token_type_hint: hint }) });
  const expectInactive = async (clientId: string, token: string): Promise<void> => {
    const { status, text } = await ask(clientId, token);
    expect({ status, text }).toEqual({ status: 200, text: INACTIVE });
  };

  it.each(['shop', 'gateway'])(
    '[7662-26] %s is told of an access token what the guard finds in it',
    async (caller) => {
      const { accessToken, principal } = await stand.session('shop');
      const { status, body, headers } = await ask(caller, accessToken, 'refresh_token');
      expect(status).toBe(200);
      expect(body).toEqual({
        active: true,
        token_type: 'Bearer',
        sub: 'ada',
        client_id: 'shop',
        scope: 'articles:read',
        iss: ISSUER,
        aud: AUDIENCE,
        jti: principal.tokenId,
        iat: principal.issuedAt / 1000,
        exp: principal.expiresAt / 1000,
        auth_time: Math.floor(principal.authenticatedAt! / 1000),
      });
      expect(headers.get('content-type')).toMatch(/^application\/json\b/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('pragma')).toBe('no-cache');
    },
  );

  it('[7662-26] of a machine', async () => {
    const { body } = await ask('gateway', await stand.machineToken());
    expect(body).toMatchObject({ active: true, sub: 'client:job', client_id: 'job', token_type: 'Bearer' });
    expect(body).not.toHaveProperty('username');
  });

  it('[7662-25] a client is told nothing of the tokens of another one', async () => {
    const { accessToken, refreshToken } = await stand.session('shop');
    for (const token of [accessToken, refreshToken]) await expectInactive('other', token);
    await expectInactive('gateway', refreshToken);
  });

  it('[7662-25] what is unknown, or of another kind, is inactive and nothing else', async () => {
    const { key } = await stand.running.app.get(ApiKeyService).create({ subject: 'ada', name: 'CI' });
    const { accessToken } = await stand.session('shop');
    const forged = `${accessToken.slice(0, -4)}AAAA`;
    for (const token of [key, 'x', 'a.b.c', forged, `${accessToken}=`]) {
      await expectInactive('shop', token);
      await expectInactive('gateway', token);
    }
  });

  it('[7662-26] what was revoked is inactive at once, however', async () => {
    const blacklist = stand.running.app.get(TokenBlacklistService);
    const ends = [
      ({ accessToken }: { accessToken: string }) => stand.as('shop', '/oauth/revoke', { token: accessToken }),
      ({ refreshToken }: { refreshToken: string }) =>
        stand.as('shop', '/oauth/revoke', { token: refreshToken }),
      () => blacklist.revokeSubject('ada'),
      () => blacklist.revokeClient('shop'),
      () => blacklist.expireAccessTokens('ada'),
    ];
    for (const end of ends) {
      const pair = await stand.session('shop');
      expect((await ask('gateway', pair.accessToken)).body).toMatchObject({ active: true });
      await end(pair);
      for (const caller of ['gateway', 'shop']) await expectInactive(caller, pair.accessToken);
    }
  });

  it('[7662-26] [12] its own client is told of a refresh token, in words that no resource server takes for an access token', async () => {
    const { refreshToken } = await stand.session('shop');
    const { body } = await ask('shop', refreshToken, 'access_token');
    expect(body).toEqual({
      active: true,
      sub: 'ada',
      client_id: 'shop',
      scope: 'articles:read',
      iss: ISSUER,
      aud: ISSUER,
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    const next = await stand.tokens.refresh({ refreshToken });
    await expectInactive('shop', refreshToken);
    expect((await ask('shop', next.refreshToken)).body).toMatchObject({ active: true });
    await stand.as('shop', '/oauth/revoke', { token: next.refreshToken });
    await expectInactive('shop', next.refreshToken);
  });

  it.each([
    ['a wrong secret', basic('gateway', 'wrong'), {}],
    ['an unknown client', basic('nobody', CLIENT_SECRET), {}],
    ['a public client', undefined, { client_id: 'spa' }],
    ['a confidential one without its secret', undefined, { client_id: 'gateway' }],
    ['nobody', undefined, {}],
  ])('[7662-24] answers 401 to %s', async (_, header, form) => {
    const { accessToken } = await stand.session('spa');
    for (const token of [accessToken, 'x']) {
      const answer = await stand.form(PATH, { ...form, token }, header === undefined ? {} : { header });
      expect(answer).toMatchObject({
        status: 401,
        body: { error: 'invalid_client', error_description: 'Client authentication failed' },
      });
    }
  });

  it('[7662-24] a bearer token does not authenticate a caller', async () => {
    const { accessToken: token } = await stand.session('shop');
    const answer = await stand.form(PATH, { token }, { header: `Bearer ${token}` });
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it.each([
    ['no token', {}],
    ['two', 'token=a&token=b'],
  ])('[6749-3] answers 400 to %s', async (_, form) => {
    const answer = await stand.form(PATH, form, { header: basic('gateway', CLIENT_SECRET) });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe.each(platforms)('introspection while Redis is away (%s)', (platform) => {
  let redis: StandaloneRedis;
  let stand: OAuthStand;

  beforeAll(async () => {
    redis = await startStandalone();
    stand = await OAuthStand.start({ platform, redis: { url: redis.url } });
  });
  afterAll(async () => {
    await stand?.close();
    await redis?.stop();
  });

  it('[7662-26] [61] is 503 with advice on when to return: "inactive" would be a lie', async () => {
    const { accessToken, refreshToken } = await stand.session('shop');
    await redis.kill();
    for (const token of [accessToken, refreshToken]) {
      const { status, headers, body } = await stand.as('shop', PATH, { token });
      expect({ status, error: body['error'] }).toEqual({ status: 503, error: 'temporarily_unavailable' });
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
  });
});
