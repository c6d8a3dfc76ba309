import { TokenService } from 'nestjs-gatehouse';
import { everywhere } from '../support/app/stores.js';
import type { DPoPCaller } from '../support/dpop/dpop-caller.js';
import {
  type DPoPStand,
  client,
  credentials,
  gatewayClient,
  ofSpa,
  startDPoPStand,
} from '../support/dpop/dpop-stand.js';
import { hashOf, proof, thumbprintOf } from '../support/dpop/proofs.js';
import { confidentialClient } from '../support/oauth2/grants-stand.js';

describe.each(everywhere)('DPoP at routes ($medium, $platform)', ({ medium, platform }) => {
  let stand: DPoPStand;
  let one: DPoPCaller;
  let other: DPoPCaller;
  let thief: DPoPCaller;

  beforeAll(async () => {
    stand = await startDPoPStand({ platform, medium });
    ({ ada: one, adaThere: other, thief } = stand);
  });
  afterAll(() => stand?.stop());

  it('[9449-41] [10.3.5-57] takes a bound token with its proof', async () => {
    const token = await stand.boundToken();
    for (const path of ['/routes/plain', '/routes/bound', '/routes/optional', '/routes/plain?a=b'])
      expect(await other.call(path, token)).toMatchObject({
        status: 200,
        text: `client:${confidentialClient.id}`,
      });
    expect((await one.call('/auth/me', token, { scheme: 'dpop' })).status).toBe(200);
  });

  it.each(['/routes/plain', '/routes/bound', '/routes/optional'])(
    '[9449-41] refuses it as a bearer token at %s, and says how it goes',
    async (path) => {
      const token = await stand.boundToken();
      for (const text of [null, undefined]) {
        const answer = await one.call(path, token, { scheme: 'Bearer', ...(text === null && { text }) });
        expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
        expect(answer.headers.get('www-authenticate')).toMatch(
          /^Bearer realm="api", error="invalid_token", .*, DPoP realm="api", algs="RS256 .*ES512"$/,
        );
      }
    },
  );

  it('[9449-41] refuses a bearer token where it asks for a bound one, and as a bound one', async () => {
    const { body } = await one.ask(credentials, { client, text: null });
    const token = String(body['access_token']);
    const answers = [await stand.one.get('/routes/bound', token), await one.call('/routes/plain', token)];
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
      expect(answer.headers.get('www-authenticate')).toMatch(
        /^DPoP realm="api", error="invalid_token", .*, algs="[^"]*ES256[^"]*", Bearer realm="api"$/,
      );
    }
  });

  it('[9449-41] asks whoever shows nothing for either', async () => {
    const answer = await stand.one.get('/routes/bound');
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="api", DPoP realm="api", algs="/);
  });

  it.each([
    ['none', { text: null }],
    ['one for another method', { claims: { htm: 'POST' } }],
    ['one for another route', { htu: 'https://auth.test/routes/bound' }],
    ['one for another host', { htu: 'https://api.test/routes/plain' }],
    ['one for another token', { claims: { ath: hashOf('another') } }],
    ['one without ath', { claims: { ath: undefined } }],
  ])('[9449-39] answers 401 to a token with %s', async (_, call) => {
    const answer = await one.call('/routes/plain', await stand.boundToken(), call);
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_dpop_proof' } });
    expect(answer.headers.get('www-authenticate')).toMatch(
      /^DPoP realm="api", error="invalid_dpop_proof", .*algs=/,
    );
  });

  it('[9449-39] refuses the proof of another key', async () => {
    const answer = await thief.call('/routes/plain', await stand.boundToken());
    expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_token' } });
  });

  it('[9449-43] takes a proof once, on all instances', async () => {
    const token = await stand.boundToken();
    const text = proof(one.by, ['GET', 'https://auth.test/routes/plain'], {
      claims: { ath: hashOf(token) },
    });
    expect((await one.call('/routes/plain', token, { text })).status).toBe(200);
    for (const caller of [one, other])
      expect(await caller.call('/routes/plain', token, { text })).toMatchObject({
        status: 401,
        body: { code: 'invalid_dpop_proof' },
      });
  });

  it('[9449-43] uses none up for a token that is no longer good', async () => {
    const { access_token: token = '', refresh_token = '' } = await stand.login();
    expect((await one.call('/routes/plain', token)).status).toBe(200);
    await one.form('/oauth/revoke', { token: refresh_token, ...ofSpa });
    const text = proof(one.by, ['GET', 'https://auth.test/routes/plain'], {
      claims: { ath: hashOf(token) },
    });
    for (let round = 0; round < 2; round++)
      expect(await one.call('/routes/plain', token, { text })).toMatchObject({
        body: { code: 'invalid_token' },
      });
  });

  it('[6750-14] refuses a second token elsewhere', async () => {
    const token = await stand.boundToken();
    expect((await one.call(`/routes/plain?access_token=${token}`, token)).status).toBe(400);
  });

  it('[9449-41] logs out with its proof, and not without', async () => {
    const { access_token: token = '' } = await stand.login();
    const logout = { method: 'POST' };
    expect((await one.call('/auth/logout', token, { ...logout, scheme: 'Bearer' })).status).toBe(401);
    expect((await thief.call('/auth/logout', token, logout)).status).toBe(401);
    expect((await one.call('/routes/plain', token)).status).toBe(200);
    expect((await one.call('/auth/logout', token, logout)).status).toBe(204);
    expect((await one.call('/routes/plain', token)).status).toBe(401);
  });

  it('[9449-41] is good for programs only where they say which key was proved', async () => {
    const tokens = stand.app.app.get(TokenService);
    const token = await stand.boundToken();
    const jkt = thumbprintOf(one.by);
    await expect((async () => tokens.verify(token, jkt))()).resolves.toHaveProperty('claims.cnf.jkt', jkt);
    for (const key of [undefined, thumbprintOf(thief.by)])
      await expect((async () => tokens.verify(token, key))()).rejects.toMatchObject({
        code: 'invalid_token',
      });
  });

  it('[7662-26] introspection tells the key', async () => {
    const { body } = await one.form(
      '/oauth/introspect',
      { token: await stand.boundToken() },
      { header: gatewayClient },
    );
    expect(body).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt: thumbprintOf(one.by) } });
  });

  it('[8414-28] metadata tell the algorithms', async () => {
    const { body } = await one.get('/.well-known/oauth-authorization-server');
    expect(body['dpop_signing_alg_values_supported']).toEqual(
      expect.arrayContaining(['ES256', 'RS256', 'PS256']),
    );
  });
});
