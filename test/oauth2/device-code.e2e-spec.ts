import { type OAuthClient, SessionService, TokenBlacklistService } from 'nestjs-gatehouse';
import { ISSUER, startApp } from '../support/app/start-app.js';
import { everywhere } from '../support/app/stores.js';
import { DEVICE_CODE, DeviceStand, television } from '../support/oauth2/device-stand.js';
import { publicClient } from '../support/oauth2/grants-stand.js';

const from = (ip: string) => ({ ip });

describe.each(everywhere)('[8628] the device authorization grant, on $platform and $medium', (place) => {
  let devices: DeviceStand;

  beforeAll(async () => {
    devices = await DeviceStand.start(place);
  });
  afterAll(() => devices.stand.stop());

  it('a device shows a code, its user agrees, and it gets a session once', async () => {
    const shown = await devices.begin({ scope: 'articles:read' });
    expect(shown.status).toBe(200);
    expect(shown.headers.get('cache-control')).toBe('no-store');
    expect(shown.body).toEqual({
      device_code: expect.stringMatching(/^[\w-]{65}$/),
      user_code: expect.stringMatching(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/),
      verification_uri: `${ISSUER}/device`,
      verification_uri_complete: `${ISSUER}/device?user_code=${String(shown.body['user_code'])}`,
      expires_in: 600,
      interval: 1,
    });
    expect(await devices.poll(shown)).toMatchObject({
      status: 400,
      body: { error: 'authorization_pending' },
    });
    expect(await devices.poll(shown)).toMatchObject({ status: 400, body: { error: 'slow_down' } });
    const typed = String(shown.body['user_code']).toLowerCase().replace('-', ' ');
    expect(await devices.page.read(typed, from('192.0.2.1'))).toMatchObject({
      client: { id: television.id, name: 'Television' },
      scope: ['articles:read'],
      ip: expect.any(String),
    });
    await devices.approve(shown);
    await expect(devices.approve(shown)).rejects.toMatchObject({ code: 'invalid_request' });
    const answers = await Promise.all([devices.poll(shown), devices.poll(shown)]);
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 400]);
    const tokens = answers.find(({ status }) => status === 200)!;
    expect(tokens.body).toMatchObject({ token_type: 'Bearer', scope: 'articles:read' });
    const me = await devices.stand.one.get('/auth/me', String(tokens.body['access_token']));
    expect(me.body).toMatchObject({ sub: 'user-ada', client_id: television.id, roles: ['reloaded'] });
    // The question that came second opened none.
    expect(await devices.stand.app.app.get(SessionService).list('user-ada')).toHaveLength(1);
    const form = { grant_type: 'refresh_token', client_id: television.id };
    const refreshed = await devices.stand.one.token({
      ...form,
      refresh_token: String(tokens.body['refresh_token']),
    });
    expect(refreshed.status).toBe(200);
    expect(await devices.poll(shown)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('a refusal is told', async () => {
    const shown = await devices.begin();
    await devices.page.deny(String(shown.body['user_code']), from('192.0.2.1'));
    expect(await devices.poll(shown)).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  });

  it('what somebody agreed to limits it, and so does what the client may have by now', async () => {
    const shown = await devices.begin();
    await devices.approve(shown, { scope: ['articles:write', 'mail'] });
    const narrowed = await devices.stand.clients.during(television.id, { scope: ['articles:read'] }, () =>
      devices.poll(shown),
    );
    expect(narrowed.body['error']).toBe('invalid_scope');
    expect((await devices.poll(shown)).body['scope']).toBe('articles:write');
  });

  it.each<[string, (blacklist: TokenBlacklistService) => Promise<void>]>([
    ['logged out everywhere', (blacklist) => blacklist.revokeSubject('user-ada')],
    ['given other roles', (blacklist) => blacklist.expireAccessTokens('user-ada')],
    ['at a client that was revoked', (blacklist) => blacklist.revokeClient(television.id)],
  ])('[7.4.2] a user who is %s between the answer and the tokens gets none', async (_, revoke) => {
    const shown = await devices.begin();
    await devices.approve(shown);
    await revoke(devices.stand.app.app.get(TokenBlacklistService));
    expect(await devices.poll(shown)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    const again = await devices.begin();
    await devices.approve(again);
    expect((await devices.poll(again)).status).toBe(200);
  });

  it('[7.4.2] tokens are for what the user may by now, and nobody gets none', async () => {
    const { users } = devices.stand;
    const shown = await devices.begin();
    await devices.approve(shown);
    users.isGone = true;
    expect(await devices.poll(shown)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    users.isGone = false;
    users.scope = ['articles:write'];
    const { body } = await devices.poll(shown);
    users.scope = undefined;
    expect(body['scope']).toBe('articles:write');
  });

  it('a user who is disabled while agreeing agrees to nothing', async () => {
    const shown = await devices.begin();
    const [first, second] = [{ subject: 'user-ada' }, undefined];
    const user = jest.fn().mockResolvedValueOnce(first).mockResolvedValueOnce(second);
    await expect(devices.approve(shown, { user })).rejects.toMatchObject({ code: 'access_denied' });
    expect((await devices.poll(shown)).body['error']).toBe('authorization_pending');
  });

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['a code of nobody', { device_code: 'A'.repeat(65) }, 'invalid_grant'],
    ['no code at all', { device_code: 'x' }, 'invalid_grant'],
    ['no code', { device_code: '' }, 'invalid_request'],
    ['the code of another client', { client_id: 'radio' }, 'invalid_grant'],
    ['a client that is no device', { client_id: publicClient.id }, 'unauthorized_client'],
  ])('refuses %s', async (_, form, error) => {
    const shown = await devices.begin();
    await devices.approve(shown);
    expect(await devices.poll(shown, form)).toMatchObject({ status: 400, body: { error } });
    expect((await devices.poll(shown)).status).toBe(200);
  });

  it.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['a client that is no device', { client_id: publicClient.id }, 400, 'unauthorized_client'],
    ['an unknown client', { client_id: 'nobody' }, 401, 'invalid_client'],
    ['scope of nobody', { scope: 'photos' }, 400, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://other.test' }, 400, 'invalid_target'],
  ])('shows no code to %s', async (_, form, status, error) => {
    expect(await devices.begin(form)).toMatchObject({ status, body: { error } });
  });

  it('[6749-8] guesses at user codes are limited by address', async () => {
    const guess = (code: string, ip = '198.51.100.7') => devices.page.read(code, from(ip));
    const refusals: unknown[] = [];
    for (let at = 0; at < 60 && refusals.at(-1) !== 'quota_exceeded'; at++) {
      const code = `BCDFGH${'BCDFGHJK'[at % 8]}${'BCDFGHJK'[Math.floor(at / 8)]}`;
      refusals.push(await guess(code).catch((error: { code: string }) => error.code));
    }
    expect(refusals[0]).toBe('invalid_request');
    expect(refusals.at(-1)).toBe('quota_exceeded');
    const shown = String((await devices.begin()).body['user_code']);
    await expect(guess(shown)).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect(await guess(shown, '203.0.113.9')).toMatchObject({ client: { id: television.id } });
  });

  it('[6749-8] guesses from nobody knows where count together', async () => {
    const guess = (code: string, ip?: string) => devices.page.read(code, { ip });
    const refusals: unknown[] = [];
    for (let at = 0; at < 150 && refusals.at(-1) !== 'quota_exceeded'; at++) {
      const code = `BCDFG${[at, at / 8, at / 64].map((digit) => 'BCDFGHJK'[Math.floor(digit) % 8]).join('')}`;
      const ip = at % 2 === 0 ? undefined : 'unix:';
      refusals.push(await guess(code, ip).catch((error: { code: string }) => error.code));
    }
    expect(refusals[0]).toBe('invalid_request');
    expect(refusals.at(-1)).toBe('quota_exceeded');
    const shown = String((await devices.begin()).body['user_code']);
    await expect(guess(shown)).rejects.toMatchObject({ code: 'quota_exceeded' });
    expect(await guess(shown, '203.0.113.9')).toMatchObject({ client: { id: television.id } });
  });

  it('[8414-28] is in the metadata', async () => {
    const { body } = await devices.stand.one.get('/.well-known/oauth-authorization-server');
    expect(body).toMatchObject({
      device_authorization_endpoint: `${ISSUER}/oauth/device_authorization`,
      grant_types_supported: expect.arrayContaining([DEVICE_CODE]),
    });
  });
});

describe('the option oauth.deviceAuthorization', () => {
  const boot = (client: OAuthClient, deviceAuthorization?: { verificationUri: string; ttl?: '15m' }) =>
    startApp({
      logger: false,
      extras: { oauth: { clients: [client], ...(deviceAuthorization && { deviceAuthorization }) } },
    });

  it.each<[string, () => Promise<unknown>]>([
    [`${DEVICE_CODE} needs oauth.deviceAuthorization`, () => boot(television)],
    [
      'oauth.deviceAuthorization.ttl: expected between 1m and 14m',
      () => boot(television, { verificationUri: '/device', ttl: '15m' }),
    ],
    [
      "oauth.deviceAuthorization.verificationUri: expected a path from the root, such as '/device'",
      () => boot(television, { verificationUri: '//other.test' }),
    ],
  ])('%s', async (message, start) => {
    await expect(start()).rejects.toThrow(message);
  });

  it('is off: there is no such endpoint', async () => {
    const app = await boot(publicClient);
    const answer = await fetch(`${app.url}/oauth/device_authorization`, { method: 'POST' });
    expect(answer.status).toBe(404);
    await app.close();
  });
});
