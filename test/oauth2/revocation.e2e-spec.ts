import { AuthError } from 'nestjs-gatehouse';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { platforms } from '../support/app/start-app.js';
import { basic, OAuthCaller } from '../support/oauth2/oauth-caller.js';
import { CLIENT_SECRET, OAuthStand } from '../support/oauth2/oauth-stand.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';

const PATH = '/oauth/revoke';

describe.each(everywhere)('revocation of tokens of clients ($medium, $platform)', ({ medium, platform }) => {
  let stores: TestMedium;
  let stand: OAuthStand;

  beforeAll(async () => {
    stores = await startMedium(medium);
    stand = await OAuthStand.start({ platform, redis: stores.redis });
  });
  afterAll(async () => {
    await stand?.close();
    await stores?.stop();
  });

  const refreshed = async (refreshToken: string): Promise<string> =>
    stand.tokens.refresh({ refreshToken }).then(
      () => 'refreshed',
      ({ code }: AuthError) => code,
    );
  const expectDone = ({ status, text, headers }: Awaited<ReturnType<OAuthCaller['form']>>): void => {
    expect({ status, text }).toEqual({ status: 200, text: '{}' });
    expect(headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('pragma')).toBe('no-cache');
  };

  it.each([undefined, 'refresh_token', 'access_token', 'nonsense'])(
    '[7009-18] [7009-19] a refresh token takes its session and its access tokens along, whatever the hint (%s)',
    async (hint) => {
      const { accessToken, refreshToken } = await stand.session('shop');
      const next = await stand.tokens.refresh({ refreshToken });
      const bystander = await stand.session('shop');
      const form = { token: next.refreshToken, ...(hint !== undefined && { token_type_hint: hint }) };
      expectDone(await stand.as('shop', PATH, form));
      for (const token of [accessToken, next.accessToken]) expect(await stand.status(token)).toBe(401);
      expect(await refreshed(next.refreshToken)).toBe('invalid_grant');
      expect(await stand.status(bystander.accessToken)).toBe(200);
    },
  );

  it('[7009-19] one that was used ends its session as well: whoever holds it may be a thief', async () => {
    const { refreshToken } = await stand.session('shop');
    const next = await stand.tokens.refresh({ refreshToken });
    expectDone(await stand.as('shop', PATH, { token: refreshToken }));
    expect(await stand.status(next.accessToken)).toBe(401);
  });

  it.each([undefined, 'refresh_token'])(
    '[7009-18] an access token ends alone: its session goes on (hint %s)',
    async (hint) => {
      const { accessToken, refreshToken } = await stand.session('shop');
      const form = { token: accessToken, ...(hint !== undefined && { token_type_hint: hint }) };
      expectDone(await stand.as('shop', PATH, form));
      expect(await stand.status(accessToken)).toBe(401);
      expect(await refreshed(refreshToken)).toBe('refreshed');
    },
  );

  it('[7009-17] a machine ends its own token', async () => {
    const [token, other] = [await stand.machineToken(), await stand.machineToken()];
    expectDone(await stand.as('job', PATH, { token }));
    expect([await stand.status(token), await stand.status(other)]).toEqual([401, 200]);
  });

  it('[7009-17] a public client says who it is, and ends what was issued to it', async () => {
    const { accessToken, refreshToken } = await stand.session('spa');
    expectDone(await stand.form(PATH, { client_id: 'spa', token: refreshToken }));
    expect(await stand.status(accessToken)).toBe(401);
  });

  it('[7009-17] tokens of another client live on, and the answer does not tell that they do', async () => {
    const { accessToken, refreshToken } = await stand.session('shop');
    const machine = await stand.machineToken();
    for (const token of [accessToken, refreshToken, machine]) {
      expectDone(await stand.as('other', PATH, { token }));
      expectDone(await stand.form(PATH, { client_id: 'spa', token }));
    }
    expect([await stand.status(accessToken), await stand.status(machine)]).toEqual([200, 200]);
    expect(await refreshed(refreshToken)).toBe('refreshed');
  });

  it('[7009-20] what is unknown, over or no token at all is 200', async () => {
    const { accessToken, refreshToken } = await stand.session('shop');
    for (const token of [
      refreshToken,
      refreshToken,
      accessToken,
      'x',
      '...',
      'a.b.c',
      refreshToken.slice(0, -1),
    ])
      expectDone(await stand.as('shop', PATH, { token }));
  });

  it.each([
    ['a wrong secret', basic('shop', 'wrong'), {}],
    ['an unknown client', basic('nobody', CLIENT_SECRET), {}],
    ['a confidential client without its secret', undefined, { client_id: 'shop' }],
    ['nobody', undefined, {}],
  ])('[7009-17] [58] %s ends nothing', async (_, header, form) => {
    const { accessToken, refreshToken } = await stand.session('shop');
    for (const token of [accessToken, refreshToken]) {
      const answer = await stand.form(PATH, { ...form, token }, header === undefined ? {} : { header });
      expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    }
    expect(await stand.status(accessToken)).toBe(200);
  });

  it.each([
    ['no token', {}],
    ['an empty one', { token: '' }],
    ['two', 'token=a&token=b'],
    ['two hints', 'token=a&token_type_hint=access_token&token_type_hint=refresh_token'],
    ['a nested one', 'token[a]=b'],
  ])('[6749-3] answers 400 to %s', async (_, form) => {
    const answer = await stand.form(PATH, form, { header: basic('shop', CLIENT_SECRET) });
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('[6749-3] takes nothing but a form by POST', async () => {
    const { accessToken: token } = await stand.session('shop');
    const header = { authorization: basic('shop', CLIENT_SECRET) };
    expect((await stand.send('GET', `${PATH}?token=${token}`, { headers: header })).status).toBe(404);
    const inQuery = await stand.form(`${PATH}?token=${token}`, {}, { header: header.authorization });
    expect(inQuery).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await stand.status(token)).toBe(200);
  });
});

describe.each(platforms)('revocation while Redis is away (%s)', (platform) => {
  let redis: StandaloneRedis;
  let stand: OAuthStand;

  beforeAll(async () => {
    redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
    stand = await OAuthStand.start({ platform, redis: { url: redis.url } });
  });
  afterAll(async () => {
    await stand?.close();
    await redis?.stop();
  });

  it('[7009-20] [61] is 503 with advice on when to return, never 200 and never 401', async () => {
    const { accessToken, refreshToken } = await stand.session('spa');
    const { accessToken: confidential } = await stand.session('shop');
    await redis.kill();
    const answers = [
      await stand.form(PATH, { client_id: 'spa', token: refreshToken }),
      await stand.form(PATH, { client_id: 'spa', token: accessToken }),
      await stand.as('shop', PATH, { token: confidential }),
    ];
    for (const { status, headers, body } of answers) {
      expect({ status, ...body }).toEqual({
        status: 503,
        error: 'temporarily_unavailable',
        error_description: 'The service is temporarily unavailable',
      });
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
  });
});
