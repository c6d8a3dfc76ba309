import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { OAuthClient } from 'nestjs-gatehouse';
import { AUDIENCE, requiredOptions, startApp } from '../support/app/start-app.js';
import {
  ACCESS_TOKEN,
  acting,
  BACKEND,
  EXCHANGE,
  exchangeClients,
  ExchangeStand,
  gateway,
  tokenOf,
} from '../support/oauth2/exchange-stand.js';
import {
  appSecret,
  confidentialClient,
  publicClient,
  startGrantsStand,
} from '../support/oauth2/grants-stand.js';
import { basic } from '../support/oauth2/oauth-caller.js';
import { forge } from '../support/tokens/forge.js';

const places = [
  { platform: 'express', medium: 'redis' },
  { platform: 'fastify', medium: 'memory' },
] as const;

describe.each(places)('[8693] a token exchange, on $platform and $medium', (place) => {
  let of: ExchangeStand;

  beforeAll(async () => {
    of = await ExchangeStand.start(place);
  });
  afterAll(() => of.stand.stop());

  const other = 'urn:ietf:params:oauth:token-type:refresh_token';
  it.each<[string, string, string, Readonly<Record<string, string>>, string]>([
    ['no subject token', 'gateway', '', {}, 'invalid_request'],
    ['no token at all', 'gateway', 'no token', {}, 'invalid_request'],
    ['another type', 'gateway', 'good', { subject_token_type: other }, 'invalid_request'],
    ['no type', 'gateway', 'good', { subject_token_type: '' }, 'invalid_request'],
    ['a refresh token asked for', 'gateway', 'good', { requested_token_type: other }, 'invalid_request'],
    ['the refresh token of the session', 'gateway', 'refresh', {}, 'invalid_request'],
    ['the token of a client that it may not act upon', 'ledger', 'good', {}, 'invalid_request'],
    ['its own token as an actor', 'gateway', 'good', acting('good'), 'invalid_request'],
    ['an actor without a type', 'gateway', 'good', { actor_token: 'good' }, 'invalid_request'],
    ['a type without an actor', 'gateway', 'good', { actor_token_type: ACCESS_TOKEN }, 'invalid_request'],
    ['an unknown audience', 'gateway', 'good', { audience: 'https://other.test' }, 'invalid_target'],
    ['two audiences', 'gateway', 'good', { audience: BACKEND, resource: AUDIENCE }, 'invalid_target'],
    ['scope of nobody', 'gateway', 'good', { scope: 'photos' }, 'invalid_scope'],
    ['a client without the grant', confidentialClient.id, 'good', {}, 'unauthorized_client'],
  ])('refuses %s', async (_, clientId, shown, form, error) => {
    const { accessToken, refreshToken } = await of.stand.open({});
    const named: Readonly<Record<string, string>> = { good: accessToken, refresh: refreshToken };
    const filled = Object.fromEntries(
      Object.entries(form).map(([name, value]) => [name, named[value] ?? value]),
    );
    const answer = await of.exchange(clientId, named[shown] ?? shown, filled);
    expect(answer).toMatchObject({ status: 400, body: { error, error_description: expect.any(String) } });
    expect(answer.text).not.toContain(accessToken);
  });

  it('refuses a token for one resource where the client may not ask for another', async () => {
    const { accessToken } = await of.stand.open({ resource: AUDIENCE });
    expect(decodeJwt(tokenOf(await of.exchange('gateway', accessToken))).aud).toBe(AUDIENCE);
    const first = tokenOf(await of.exchange('gateway', accessToken, { resource: `${BACKEND}/` }));
    expect(decodeJwt(first).aud).toBe(BACKEND);
    expect((await of.exchange('ledger', first, { audience: AUDIENCE })).body['error']).toBe('invalid_target');
  });

  it('[9449-41] refuses a token that is bound to a key', async () => {
    const { accessToken } = await of.stand.open({});
    const claims = { ...decodeJwt(accessToken), cnf: { jkt: 'a' } };
    const key = Buffer.from(requiredOptions.keys.secret);
    const bound = forge(decodeProtectedHeader(accessToken), claims, 'HS256', key);
    expect((await of.exchange('gateway', bound)).body['error']).toBe('invalid_request');
    const unbound = forge(decodeProtectedHeader(accessToken), decodeJwt(accessToken), 'HS256', key);
    expect((await of.exchange('gateway', unbound)).status).toBe(200);
  });

  it('a public client that a registry gave the grant is a mistake of the registry', async () => {
    const { accessToken } = await of.stand.open({});
    const answer = await of.stand.clients.during(publicClient.id, { grants: [EXCHANGE] }, () =>
      of.stand.one.token({
        grant_type: EXCHANGE,
        client_id: publicClient.id,
        subject_token: accessToken,
        subject_token_type: ACCESS_TOKEN,
      }),
    );
    expect(answer.status).toBe(503);
  });

  it('refuses an actor who is acted for', async () => {
    const { accessToken } = await of.stand.open({});
    const subjectToken = tokenOf(await of.exchange('gateway', accessToken));
    const actorToken = await of.machineToken('desk');
    const actedFor = tokenOf(await of.exchange('desk', actorToken));
    expect((await of.exchange('ledger', subjectToken, acting(actorToken))).status).toBe(200);
    const answer = await of.exchange('ledger', subjectToken, acting(actedFor));
    expect(answer.body['error']).toBe('invalid_request');
  });

  it('goes no further than eight exchanges', async () => {
    let token = (await of.stand.open({})).accessToken;
    for (let step = 0; step < 8; step++)
      token = tokenOf(await of.exchange(step % 2 === 0 ? 'gateway' : 'ledger', token));
    expect((await of.exchange('gateway', token)).body['error']).toBe('invalid_request');
  });
});

describe('the option oauth.tokenExchange', () => {
  it.each<[string, OAuthClient, boolean]>([
    [`oauth.clients[0].grants: ${EXCHANGE} needs oauth.tokenExchange: true`, gateway, false],
    [
      `oauth.clients[0].grants: ${EXCHANGE} needs a secret or keys`,
      { ...publicClient, grants: [EXCHANGE] },
      true,
    ],
  ])('%s', async (message, client, tokenExchange) => {
    const boot = startApp({ logger: false, extras: { oauth: { clients: [client], tokenExchange } } });
    await expect(boot).rejects.toThrow(message);
  });

  it('is off: the grant is unknown', async () => {
    const stand = await startGrantsStand({
      platform: 'express',
      medium: 'memory',
      logger: false,
      clients: exchangeClients,
    });
    try {
      const header = basic('gateway', appSecret.secret);
      expect((await stand.one.token({ grant_type: EXCHANGE }, { header })).body['error']).toBe(
        'unsupported_grant_type',
      );
    } finally {
      await stand.stop();
    }
  });
});
