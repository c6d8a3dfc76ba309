import { SignJWT } from 'jose';
import { AUDIENCE, ISSUER } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import {
  asserting,
  assertion,
  type AssertionShape,
  ASSERTION_TYPE,
  signer,
  signerKeys,
  signerPublicKey,
  strangerKeys,
} from '../support/oauth2/assertions.js';
import { basic } from '../support/oauth2/oauth-caller.js';
import { CLIENT_SECRET, OAuthStand, standClients } from '../support/oauth2/oauth-stand.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';

const now = (): number => Math.floor(Date.now() / 1000);
const MINUTE = 60;
const credentials = { grant_type: 'client_credentials' };
const clients = [...standClients, signer];
/** No budget of failures, and no limit of requests. */
const UNLIMITED = {
  throttlers: [],
  credentials: { perAccountAndAddress: [], perAddress: [], perAccount: false },
} as const;
const TOKEN_URL = `${ISSUER}/oauth/token`;

describe.each(everywhere)('private_key_jwt ($medium, $platform)', ({ medium, platform }) => {
  let stores: TestMedium;
  let stands: readonly OAuthStand[];

  // Two instances: nobody may use at one what was used at the other.
  beforeAll(async () => {
    stores = await startMedium(medium);
    // Nearly everything here fails, and is meant to.
    const options = { throttler: UNLIMITED };
    const { redis } = stores;
    const instances = medium === 'redis' ? [0, 1] : [0];
    stands = await Promise.all(
      instances.map(() => OAuthStand.start({ platform, redis, options, oauth: { clients } })),
    );
  });
  afterAll(async () => {
    for (const stand of stands ?? []) await stand.close();
    await stores?.stop();
  });

  const ask = (text: string, form: Readonly<Record<string, string>> = {}, at = 0) =>
    stands[at % stands.length]!.token({ ...credentials, ...asserting(text), ...form });

  const good: readonly (readonly [string, AssertionShape])[] = [
    ['as the RFC has it', {}],
    ['for the token endpoint', { claims: { aud: TOKEN_URL } }],
    ['for issuer and token endpoint', { claims: { aud: [ISSUER, TOKEN_URL] } }],
    ['with a key id', { header: { kid: 'ec' } }],
    ['of RSA', { algorithm: 'RS256', header: { kid: 'rsa' } }],
    ['of RSA without a key id', { algorithm: 'RS256' }],
    ['of RSA-PSS', { algorithm: 'PS256', key: signerKeys.RS256 }],
    ['with a type', { header: { typ: 'JWT' } }],
    ['with a type of its own', { header: { typ: 'client-authentication+jwt' } }],
    ['without iat', { claims: { iat: undefined } }],
    ['with nbf', { claims: { nbf: now() - MINUTE } }],
    ['that lives for ten minutes', { claims: { exp: now() + 10 * MINUTE } }],
  ];

  it.each(good)('[58] takes an assertion %s', async (_, shape) => {
    const { status, body } = await ask(assertion(shape));
    expect({ status, ...body }).toMatchObject({ status: 200, token_type: 'Bearer', scope: 'articles:read' });
    expect(await stands[0]!.status(String(body['access_token']))).toBe(200);
  });

  it('[58] takes one that another library made', async () => {
    const text = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('signer')
      .setSubject('signer')
      .setAudience(ISSUER)
      .setIssuedAt()
      .setExpirationTime('1m')
      .setJti('of another library')
      .sign(signerKeys.ES256);
    expect((await ask(text, { client_id: 'signer' })).status).toBe(200);
  });

  const hmac = {
    algorithm: 'HS256',
    key: Buffer.from(signerPublicKey.export({ type: 'spki', format: 'pem' })),
  };
  const wrong: readonly (readonly [string, AssertionShape])[] = [
    ['of somebody else', { key: strangerKeys.ES256 }],
    ['of somebody else with RSA', { algorithm: 'RS256', key: strangerKeys.RS256 }],
    ['under another key id', { header: { kid: 'rsa' } }],
    ['under an unknown key id', { header: { kid: 'nobody' } }],
    ['by an algorithm that the key is not for', { header: { alg: 'ES384' } }],
    ['signed with the public key as a secret', hmac],
    ['without a signature', { header: { alg: 'none' } }],
    [
      'that brings its key along',
      { header: { jwk: signerPublicKey.export({ format: 'jwk' }) }, key: strangerKeys.ES256 },
    ],
    ['that points to its key', { header: { jku: 'https://evil.test/jwks' } }],
    ['with an extension', { header: { crit: ['exp'] } }],
    ['that says it is an access token', { header: { typ: 'at+jwt' } }],
    ['that says it is a proof', { header: { typ: 'dpop+jwt' } }],
    ['of another issuer', { claims: { iss: 'shop' } }],
    ['of our issuer', { claims: { iss: ISSUER } }],
    ['for another client', { claims: { sub: 'shop' } }],
    ['for an unknown client', { claims: { iss: 'nobody', sub: 'nobody' } }],
    ['for a client with a secret', { claims: { iss: 'shop', sub: 'shop' } }],
    ['for a public client', { claims: { iss: 'spa', sub: 'spa' } }],
    ['without sub', { claims: { sub: undefined } }],
    ['without iss', { claims: { iss: undefined } }],
    ['without aud', { claims: { aud: undefined } }],
    ['for nobody', { claims: { aud: [] } }],
    ['for another audience', { claims: { aud: 'https://evil.test' } }],
    ['for another one as well', { claims: { aud: [ISSUER, 'https://evil.test'] } }],
    ['for a resource', { claims: { aud: AUDIENCE } }],
    ['for a longer name', { claims: { aud: `${ISSUER}/` } }],
    ['without exp', { claims: { exp: undefined } }],
    ['that has expired', { claims: { iat: now() - 5 * MINUTE, exp: now() - MINUTE } }],
    ['that lives for an hour', { claims: { exp: now() + 60 * MINUTE } }],
    ['at the end of a long life', { claims: { iat: now() - 60 * MINUTE, exp: now() + MINUTE } }],
    ['that lives for ever', { claims: { exp: 1e300 } }],
    ['that expires by text', { claims: { exp: String(now() + MINUTE) } }],
    ['of the future', { claims: { iat: now() + 2 * MINUTE, exp: now() + 3 * MINUTE } }],
    ['that is not valid yet', { claims: { nbf: now() + 2 * MINUTE, exp: now() + 3 * MINUTE } }],
    ['with an iat that is none', { claims: { iat: 'now' } }],
    ['without jti', { claims: { jti: undefined } }],
    ['with an empty jti', { claims: { jti: '' } }],
    ['with a jti that is no text', { claims: { jti: 1 } }],
  ];

  it.each(wrong)('[58] [6749-11] answers 401 to an assertion %s', async (_, shape) => {
    const answer = await ask(assertion(shape));
    expect(answer).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: 'Client authentication failed' },
    });
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="api", charset="UTF-8"');
  });

  it.each(['', 'x', 'a.b.c', '..', `${'a'.repeat(9000)}.b.c`])(
    '[6749-11] refuses %.10s, which is none',
    async (text) => {
      const { status, body } = await ask(text);
      expect([400, 401]).toContain(status);
      expect(['invalid_request', 'invalid_client']).toContain(body['error']);
    },
  );

  it('[58] one works once, on all instances', async () => {
    const text = assertion();
    expect((await ask(text)).status).toBe(200);
    for (const at of [0, 1])
      expect(await ask(text, {}, at)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('[58] of many at once exactly one works', async () => {
    const text = assertion();
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => ask(text, {}, at)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19);
  });

  it('[58] what is refused uses nothing up', async () => {
    const claims = { jti: `kept by ${platform} on ${medium}` };
    for (const shape of [{ key: strangerKeys.ES256 }, { claims: { aud: 'https://evil.test' } }])
      expect((await ask(assertion({ ...shape, claims: { ...shape.claims, ...claims } }))).status).toBe(401);
    expect((await ask(assertion({ claims }))).status).toBe(200);
  });

  it.each([
    ['a header', { header: basic('shop', CLIENT_SECRET) }, {}],
    ['a header of the same client', { header: basic('signer', CLIENT_SECRET) }, {}],
    ['a secret', {}, { client_id: 'signer', client_secret: CLIENT_SECRET }],
    ['an empty header', { header: 'Basic' }, {}],
  ])('[6749-1] is refused beside %s', async (_, init, form) => {
    const answer = await stands[0]!.token({ ...credentials, ...asserting(assertion()), ...form }, init);
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it.each<[string, string, number, Readonly<Record<string, string>>]>([
    ['another client', 'invalid_request', 400, { client_id: 'shop' }],
    ['another type', 'invalid_client', 401, { client_assertion_type: ASSERTION_TYPE.toUpperCase() }],
    ['SAML', 'invalid_client', 401, { client_assertion_type: ASSERTION_TYPE.replace('jwt', 'saml2') }],
    ['no type', 'invalid_request', 400, { client_assertion_type: '' }],
    ['a type alone', 'invalid_request', 400, { client_assertion: '' }],
  ])('[6749-1] with %s it is %s', async (_, error, status, form) => {
    expect(await ask(assertion(), form)).toMatchObject({ status, body: { error } });
  });

  it('[58] a client with keys has no other way in', async () => {
    const [stand] = stands as [OAuthStand];
    const { refreshToken } = await stand.session('signer');
    for (const form of [
      { client_id: 'signer' },
      { client_id: 'signer', client_secret: '' },
      { client_id: 'signer', client_secret: CLIENT_SECRET },
    ])
      expect(await stand.form('/oauth/revoke', { token: refreshToken, ...form })).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
  });

  it('[58] opens the other endpoints as well', async () => {
    const [stand] = stands as [OAuthStand];
    const { accessToken } = await stand.session('signer');
    const told = await stand.form('/oauth/introspect', { token: accessToken, ...asserting(assertion()) });
    expect(told.body).toMatchObject({ active: true, client_id: 'signer' });
    const ended = await stand.form('/oauth/revoke', { token: accessToken, ...asserting(assertion()) });
    expect(ended.status).toBe(200);
    expect(await stand.status(accessToken)).toBe(401);
  });
});

describe('private_key_jwt while Redis is away', () => {
  let redis: StandaloneRedis;
  let stand: OAuthStand;

  beforeAll(async () => {
    redis = await startStandalone();
    stand = await OAuthStand.start({ redis: { url: redis.url }, oauth: { clients } });
  });
  afterAll(async () => {
    await stand?.close();
    await redis?.stop();
  });

  it('[61] is 503 for a good assertion and 401 for a bad one, and counts no failure for what nobody could tell', async () => {
    await redis.kill();
    for (let round = 0; round < 30; round++) {
      const { status, headers, body } = await stand.token({ ...credentials, ...asserting(assertion()) });
      expect({ status, error: body['error'] }).toEqual({ status: 503, error: 'temporarily_unavailable' });
      expect(headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    const bad = await stand.token({ ...credentials, ...asserting(assertion({ key: strangerKeys.ES256 })) });
    expect(bad.status).toBe(401);
  });
});
