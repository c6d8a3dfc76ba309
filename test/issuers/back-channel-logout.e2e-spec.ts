import { generateKeyPairSync } from 'node:crypto';
import { AuthEvents, TokenBlacklistService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { AUDIENCE, type RunningApp } from '../support/app/start-app.js';
import { type IdentityProvider, LOGOUT_EVENT } from '../support/tokens/identity-provider.js';
import { accessToken, PATH, post, send, startIssuer, startService, statusOf } from './logout-service.js';

describe.each(everywhere)('[11-D] back-channel logout ($medium, $platform)', ({ medium, platform }) => {
  let store: TestMedium;
  let idp: IdentityProvider;
  let service: RunningApp;
  let url: string;

  beforeAll(async () => {
    store = await startMedium(medium);
    idp = await startIssuer();
    service = await startService(idp, { platform, ...(store.redis !== undefined && { redis: store.redis }) });
    ({ url } = service);
  });

  afterAll(async () => {
    await service.close();
    await store.stop();
  });

  it('ends the session of the issuer that the token names, and no other', async () => {
    const [mine, other] = [accessToken(idp), accessToken(idp, { sid: 'kc-2' })];
    const answer = await send(url, idp.logoutToken({ sub: 'ada', sid: 'kc-1' }));
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    expect([await statusOf(url, mine), await statusOf(url, other)]).toEqual([401, 200]);
  });

  it('ends the session without being told whose it is', async () => {
    const [mine, other] = [accessToken(idp, { sid: 'x' }), accessToken(idp, { sid: 'y' })];
    expect((await send(url, idp.logoutToken({ sid: 'x' }))).status).toBe(200);
    expect([await statusOf(url, mine), await statusOf(url, other)]).toEqual([401, 200]);
  });

  it('ends every session of the subject where the token names none', async () => {
    const told: unknown[] = [];
    const stop = service.app.get(AuthEvents).on('issuer.logout', (event) => told.push(event));
    const tokens = ['a', 'b', undefined].map((sid) => accessToken(idp, { sub: 'eve', sid }));
    const bystander = accessToken(idp, { sub: 'bob', sid: 'c' });
    expect((await send(url, idp.logoutToken({ sub: 'eve', aud: ['other', 'mobile'] }))).status).toBe(200);
    for (const token of tokens) expect(await statusOf(url, token)).toBe(401);
    expect(await statusOf(url, bystander)).toBe(200);
    expect(told).toMatchObject([{ event: 'issuer.logout', subject: 'eve' }]);
    expect(told).not.toHaveProperty('0.sessionId');
    stop();
  });

  it('knows nobody and is content', async () => {
    expect((await send(url, idp.logoutToken({ sub: 'nobody', sid: 'none' }))).status).toBe(200);
  });

  it('is done once for each token', async () => {
    const token = idp.logoutToken({ sub: 'mallory' });
    expect((await send(url, token)).status).toBe(200);
    expect(await send(url, token)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  const now = Math.floor(Date.now() / 1000);
  const about = { sub: 'kept' };
  const spoilt: readonly (readonly [string, object, object?])[] = [
    ['of another issuer', { ...about, iss: 'https://evil.example' }],
    ['for another client', { ...about, aud: 'another' }],
    ['for the API', { ...about, aud: AUDIENCE }],
    ['for nobody', { ...about, aud: undefined }],
    ['expired', { ...about, iat: now - 1000, exp: now - 900 }],
    ['without an expiry', { ...about, exp: undefined }],
    ['valid for a year', { ...about, exp: now + 365 * 86_400 }],
    ['from the future', { ...about, iat: now + 3600, exp: now + 3700 }],
    ['not valid yet', { ...about, nbf: now + 3600 }],
    ['of no known age', { ...about, iat: undefined }],
    ['without an id', { ...about, jti: undefined }],
    ['about nobody', {}],
    ['about an empty session', { sid: '' }],
    ['about a number', { sub: 1 }],
    ['with a nonce, as an ID token', { ...about, nonce: 'n' }],
    ['without events', { ...about, events: undefined }],
    ['of another event', { ...about, events: { 'http://schemas.openid.net/event/other': {} } }],
    ['of an event that is none', { ...about, events: { [LOGOUT_EVENT]: 'yes' } }],
    ['of a list of events', { ...about, events: [LOGOUT_EVENT] }],
    ['of the type of an access token', about, { typ: 'at+jwt' }],
    ['of a type that is none', about, { typ: 7 }],
    ['unsigned', about, { typ: 'logout+jwt', alg: 'none' }],
    ['signed with another algorithm', about, { typ: 'logout+jwt', alg: 'HS256' }],
    ['with a key of its own', about, { typ: 'logout+jwt', jwk: {} }],
    ['of an unknown key', about, { typ: 'logout+jwt', kid: 'two' }],
    ['longer than a token may be', { ...about, padding: 'x'.repeat(10_000) }],
  ];
  it.each(spoilt.map(([what, ...made]) => [what, made] as const))(
    'refuses a logout token that is %s',
    async (_what, [changes, header]) => {
      const kept = accessToken(idp, { sub: 'kept', sid: 'kept' });
      const answer = await send(url, idp.logoutToken(changes, header));
      expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.text.length).toBeLessThan(200);
      expect(await statusOf(url, kept)).toBe(200);
    },
  );

  it.each([{}, { typ: 'JWT' }, { typ: 'application/logout+jwt' }])(
    'takes a logout token of the type %j',
    async (header) => {
      expect((await send(url, idp.logoutToken({ sub: 'zoe' }, { typ: undefined, ...header }))).status).toBe(
        200,
      );
    },
  );

  it('refuses what somebody else signed, and an access or ID token', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const claims = { ...idp.times(), aud: 'spa', jti: 'j', sub: 'kept', events: { [LOGOUT_EVENT]: {} } };
    const idToken = { ...claims, events: undefined, nonce: 'n' };
    for (const token of [
      idp.sign(claims, { typ: 'logout+jwt' }, privateKey),
      accessToken(idp, { aud: 'spa' }),
      idp.sign(idToken),
      'nonsense',
      'a.b.c.d.e',
    ])
      expect(await send(url, token)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    // Nor is a logout token an access token.
    const logoutToken = idp.logoutToken({ sub: 'ada', aud: AUDIENCE, azp: 'spa' }, { typ: 'JWT' });
    expect(await statusOf(url, logoutToken)).toBe(401);
  });

  it('takes a form, and nothing else', async () => {
    const token = idp.logoutToken({ sub: 'kept' });
    const form = new URLSearchParams({ logout_token: token }).toString();
    for (const answer of [
      await post(url, JSON.stringify({ logout_token: token }), 'application/json'),
      await post(url, form, 'text/plain'),
      await post(url, `${form}&${form}`),
      await post(url, form.replace('logout_token', 'logout_token[]')),
      await post(url, ''),
      await post(url, 'logout_token='),
      await new Client(url).send('POST', `${PATH}?${form}`),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.text).not.toContain(token);
    }
    expect((await post(url, form, 'application/x-www-form-urlencoded; charset=utf-8')).status).toBe(200);
    expect((await new Client(url).get(`${PATH}?${form}`)).status).toBe(404);
  });

  it('needs no access token, and a bad one is not looked at', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Bearer nonsense' };
    const body = new URLSearchParams({ logout_token: idp.logoutToken({ sub: 'zoe' }) }).toString();
    expect((await new Client(url).send('POST', PATH, { body, headers })).status).toBe(200);
  });

  it('refuses a session that somebody names to the service', async () => {
    const [mine, other] = [accessToken(idp, { sid: 'named' }), accessToken(idp, { sid: 'unnamed' })];
    await service.app.get(TokenBlacklistService).revokeSession('named');
    expect([await statusOf(url, mine), await statusOf(url, other)]).toEqual([401, 200]);
  });
});
