import { DeviceAuthorizationService } from 'nestjs-gatehouse';
import { everywhere } from '../support/app/stores.js';
import type { DPoPCaller } from '../support/dpop/dpop-caller.js';
import {
  type DPoPStand,
  client,
  credentials,
  ofSpa,
  password,
  TOKEN_URL,
  startDPoPStand,
  vault,
} from '../support/dpop/dpop-stand.js';
import { proof, thumbprintOf } from '../support/dpop/proofs.js';
import { CALLBACK, webClient } from '../support/oauth2/authorizations.js';
import { DEVICE_CODE, television } from '../support/oauth2/device-stand.js';
import { ACCESS_TOKEN, EXCHANGE } from '../support/oauth2/exchange-stand.js';
import { appSecret, confidentialClient } from '../support/oauth2/grants-stand.js';
import { issueCode } from '../support/oauth2/issued-codes.js';
import { basic } from '../support/oauth2/oauth-caller.js';

const claimsOf = (token: unknown): Record<string, unknown> =>
  JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;

describe.each(everywhere)('DPoP for tokens ($medium, $platform)', ({ medium, platform }) => {
  let stand: DPoPStand;
  let one: DPoPCaller;
  let other: DPoPCaller;
  let thief: DPoPCaller;

  beforeAll(async () => {
    stand = await startDPoPStand({ platform, medium });
    ({ ada: one, adaThere: other, thief } = stand);
  });
  afterAll(() => stand?.stop());

  const refresh = (refresh_token: string | undefined): Record<string, string> => ({
    grant_type: 'refresh_token',
    refresh_token: refresh_token ?? '',
  });

  describe('at the token endpoint', () => {
    it('[9449-40] binds what it issues to the key of the proof', async () => {
      const { status, body, headers } = await one.ask(credentials, { client });
      expect({ status, ...body }).toMatchObject({ status: 200, token_type: 'DPoP' });
      expect(claimsOf(body['access_token'])).toMatchObject({ cnf: { jkt: thumbprintOf(one.by) } });
      expect(headers.get('cache-control')).toBe('no-store');
    });

    it('[9449-40] issues bearer tokens without a proof', async () => {
      const { body } = await one.ask(credentials, { client, text: null });
      expect(body).toMatchObject({ token_type: 'Bearer' });
      expect(claimsOf(body['access_token'])).not.toHaveProperty('cnf');
      expect((await stand.one.get('/routes/plain', String(body['access_token']))).status).toBe(200);
    });

    it.each([
      ['for another address', { htu: 'https://auth.test/oauth/revoke' }],
      ['for the address that is dialled', { htu: 'http://127.0.0.1/oauth/token' }],
      ['that is empty', { text: '' }],
      ['that is none', { text: 'x' }],
      ['twice', { text: 'a.b.c, a.b.c' }],
      ['of another type', { header: { typ: 'JWT' } }],
    ])('[9449-39] [9449-44] answers 400 to a proof %s', async (_, call) => {
      expect(await one.ask(credentials, { client, ...call })).toMatchObject({
        status: 400,
        body: { error: 'invalid_dpop_proof' },
      });
    });

    it('[9449-44] goes by the configured address, whatever the Host header says', async () => {
      const headers = { 'x-forwarded-host': 'evil.test', forwarded: 'host=evil.test' };
      const htu = 'https://evil.test/oauth/token';
      expect((await one.ask(credentials, { client, htu, headers })).status).toBe(400);
    });

    it('[9449-43] takes a proof once, on all instances', async () => {
      const text = proof(one.by, ['POST', TOKEN_URL]);
      expect((await one.ask(credentials, { client, text })).status).toBe(200);
      for (const caller of [one, other])
        expect(await caller.ask(credentials, { client, text })).toMatchObject({
          status: 400,
          body: { error: 'invalid_dpop_proof' },
        });
    });

    it('[9449-43] takes it once of many at the same time', async () => {
      const text = proof(one.by, ['POST', TOKEN_URL]);
      const callers = Array.from({ length: 10 }, (_, at) => (at % 2 === 0 ? one : other));
      const answers = await Promise.all(callers.map((caller) => caller.ask(credentials, { client, text })));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    });

    it('[9449-40] gives a client that is registered so nothing without a proof, and burns nothing', async () => {
      const ofVault = basic(vault.id, appSecret.secret);
      const missing = { status: 400, body: { error: 'invalid_dpop_proof' } };
      for (const form of [credentials, password])
        expect(await one.ask(form, { client: ofVault, text: null })).toMatchObject(missing);
      const first = await one.ask(password, { client: ofVault });
      expect(first).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
      const next = refresh(String(first.body['refresh_token']));
      stand.told.length = 0;
      expect(await one.ask(next, { client: ofVault, text: null })).toMatchObject(missing);
      expect(stand.told).toEqual([]);
      expect(await other.ask(next, { client: ofVault })).toMatchObject({ body: { token_type: 'DPoP' } });
    });

    it('[9449-43] uses none up for a client that is refused', async () => {
      const text = proof(one.by, ['POST', TOKEN_URL]);
      const wrong = basic(confidentialClient.id, 'wrong');
      expect((await one.ask(credentials, { client: wrong, text })).status).toBe(401);
      expect((await one.ask(credentials, { client, text })).status).toBe(200);
    });
  });

  describe('of public clients whose users agree in a browser', () => {
    /** A session that is bound to the key of its proof: its access token, and its refresh token. */
    const expectBound = async (form: Readonly<Record<string, string>>, client_id: string): Promise<void> => {
      const first = await one.ask({ ...form, client_id });
      expect(first).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
      expect(claimsOf(first.body['access_token'])).toMatchObject({ cnf: { jkt: thumbprintOf(one.by) } });
      const next = { ...refresh(String(first.body['refresh_token'])), client_id };
      for (const answer of [await one.ask(next, { text: null }), await thief.ask(next)])
        expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect(await other.ask(next)).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
    };

    it('[9449-40] binds what a code is redeemed for', async () => {
      const { form } = await issueCode(stand.app.app, {
        client: webClient,
        content: { redirectUri: CALLBACK },
      });
      await expectBound({ ...form, redirect_uri: CALLBACK }, webClient.id);
    });

    it('[9449-40] redeems a code that is bound to a key for its holder only', async () => {
      const content = { redirectUri: CALLBACK, dpopJkt: thumbprintOf(one.by) };
      const form = async (): Promise<Record<string, string>> => ({
        ...(await issueCode(stand.app.app, { client: webClient, content })).form,
        redirect_uri: CALLBACK,
        client_id: webClient.id,
      });
      for (const ask of [thief.ask.bind(thief), (sent: object) => one.ask({ ...sent }, { text: null })])
        expect(await ask(await form())).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect((await one.ask(await form())).status).toBe(200);
    });

    it('[9449-40] binds what a device gets', async () => {
      const client_id = television.id;
      const { body } = await stand.one.form('/oauth/device_authorization', { client_id });
      await stand.app.app
        .get(DeviceAuthorizationService)
        .approve(
          String(body['user_code']),
          { ip: '192.0.2.1' },
          { user: { subject: 'user-ada' }, authenticatedAt: Date.now() },
        );
      await expectBound({ grant_type: DEVICE_CODE, device_code: String(body['device_code']) }, client_id);
    });
  });

  it('[9449-40] binds what an access token is exchanged for, and exchanges none that is bound', async () => {
    const exchange = (subject_token: string) =>
      one.ask({ grant_type: EXCHANGE, subject_token, subject_token_type: ACCESS_TOKEN }, { client });
    const { accessToken } = await stand.open({});
    const { status, body } = await exchange(accessToken);
    expect({ status, ...body }).toMatchObject({ status: 200, token_type: 'DPoP' });
    const token = String(body['access_token']);
    expect(claimsOf(token)).toMatchObject({ sub: 'user-ada', cnf: { jkt: thumbprintOf(one.by) } });
    expect((await other.call('/routes/bound', token)).status).toBe(200);
    expect((await thief.call('/routes/bound', token)).status).toBe(401);
    expect(await exchange(token)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  describe('refresh tokens', () => {
    it('[9449-40] of public clients are bound to the key, and nothing is burnt without it', async () => {
      const first = await stand.login();
      expect(first).toMatchObject({ token_type: 'DPoP' });
      stand.told.length = 0;
      const form = { ...refresh(first['refresh_token']), ...ofSpa };
      for (const answer of [await one.ask(form, { text: null }), await thief.ask(form)])
        expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
      expect(await one.ask(form, { text: 'x' })).toMatchObject({ body: { error: 'invalid_dpop_proof' } });
      expect(stand.told).toEqual([]);
      const { status, body } = await other.ask(form);
      expect({ status, ...body }).toMatchObject({ status: 200, token_type: 'DPoP' });
      expect(claimsOf(body['access_token'])).toMatchObject({ cnf: { jkt: thumbprintOf(one.by) } });
      expect(stand.told).toEqual(['refresh.rotated']);
    });

    it('[9449-40] a replayed proof burns none', async () => {
      const first = await stand.login();
      const text = proof(one.by, ['POST', TOKEN_URL]);
      await one.ask(credentials, { client, text });
      stand.told.length = 0;
      expect((await one.ask({ ...refresh(first['refresh_token']), ...ofSpa }, { text })).status).toBe(400);
      expect(stand.told).toEqual([]);
    });

    it('[9449-40] of confidential clients go with any key, or none; access tokens with that of the proof', async () => {
      const first = await one.ask(password, { client });
      const next = await thief.ask(refresh(String(first.body['refresh_token'])), { client });
      expect(next).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
      expect(claimsOf(next.body['access_token'])).toMatchObject({ cnf: { jkt: thumbprintOf(thief.by) } });
      const last = await one.ask(refresh(String(next.body['refresh_token'])), { client, text: null });
      expect(last).toMatchObject({ status: 200, body: { token_type: 'Bearer' } });
    });
  });

  it('[9449-40] binds first-party sessions to the key that their login proves', async () => {
    const account = { username: 'demo', password: 'demo-password' };
    expect(await one.tell('/auth/login', account, { text: null })).toMatchObject({
      body: { token_type: 'Bearer' },
    });
    expect(await one.tell('/auth/login', account, { text: 'x' })).toMatchObject({
      status: 401,
      body: { code: 'invalid_dpop_proof' },
    });
    const { body } = await one.tell('/auth/login', account);
    expect(body).toMatchObject({ token_type: 'DPoP' });
    const token = { refresh_token: String(body['refresh_token']) };
    for (const answer of [
      await one.tell('/auth/refresh', token, { text: null }),
      await thief.tell('/auth/refresh', token),
    ])
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_grant' } });
    const next = await other.tell('/auth/refresh', token);
    expect(next).toMatchObject({ status: 200, body: { token_type: 'DPoP' } });
    expect((await one.call('/routes/bound', String(next.body['access_token']))).status).toBe(200);
  });
});
