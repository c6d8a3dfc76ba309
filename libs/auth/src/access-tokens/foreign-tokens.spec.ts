import { type KeyObject, generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { forge } from '../../../../test/support/tokens/forge.js';
import {
  AUDIENCE,
  GRANT,
  ISSUER,
  tokenParties,
  type TokenParties,
} from '../../../../test/support/tokens/token-parties.js';
import { ManualClock } from '../testing/manual-clock.js';
import type { ForeignTokensOptions } from './foreign-tokens.js';

const clock = new ManualClock();
const now = clock.now() / 1000;
const first = generateKeyPairSync('rsa', { modulusLength: 2048 });
const second = generateKeyPairSync('rsa', { modulusLength: 2048 });

const times = { iss: ISSUER, iat: now, exp: now + 300 };
const keycloak = {
  ...times,
  jti: 'onrtac:8d0b',
  aud: [AUDIENCE, 'account'],
  sub: 'f:1:alice',
  typ: 'Bearer',
  azp: 'spa',
  sid: 'kc-session',
  scope: 'openid email',
  realm_access: { roles: ['editor', 'offline_access'] },
  resource_access: { account: { roles: ['view-profile'] } },
};
const auth0 = {
  ...times,
  jti: 'a0',
  aud: AUDIENCE,
  sub: 'auth0|1',
  client_id: 'spa',
  scope: 'read:x',
  permissions: ['read:x'],
};
const entra = {
  ...times,
  aud: AUDIENCE,
  sub: 'AAb',
  azp: '6e74',
  scp: 'Files.Read User.Read',
  roles: ['Task.Write'],
  uti: 'zz',
  ver: '2.0',
};

describe('tokens of another issuer', () => {
  let server: Server;
  let isDown = false;
  let published: Record<string, unknown>[];
  let looks = 0;
  let port: number;
  const open: TokenParties[] = [];

  const publish = (key: KeyObject, kid: string): Record<string, unknown> => ({
    ...key.export({ format: 'jwk' }),
    kid,
    use: 'sig',
  });
  const token = (claims: object, header: object = {}, key = first.privateKey): string =>
    forge({ alg: 'RS256', typ: 'JWT', kid: 'one', ...header }, claims, 'RS256', key);

  beforeAll(async () => {
    server = createServer((_, response) => {
      looks += 1;
      response.statusCode = isDown ? 503 : 200;
      response.end(JSON.stringify({ keys: published }));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    ({ port } = server.address() as AddressInfo);
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    isDown = false;
    looks = 0;
    published = [publish(first.publicKey, 'one')];
  });

  afterEach(() => {
    for (const { ring } of open.splice(0)) ring.close();
  });

  async function resourceServer(foreign: ForeignTokensOptions = {}): Promise<TokenParties> {
    const keys = { remote: { jwksUri: `http://127.0.0.1:${port}/jwks` } };
    const parties = await tokenParties({ keys, clock, tokens: { foreign } });
    open.push(parties);
    return parties;
  }

  it.each([
    [
      'Keycloak',
      keycloak,
      {
        subject: 'f:1:alice',
        clientId: 'spa',
        roles: ['editor', 'offline_access'],
        scope: ['openid', 'email'],
        sessionId: undefined,
        tokenId: 'onrtac:8d0b',
      },
    ],
    [
      'Auth0',
      auth0,
      { subject: 'auth0|1', clientId: 'spa', roles: [], scope: ['read:x'], sessionId: undefined },
    ],
    [
      'Entra',
      entra,
      {
        subject: 'AAb',
        clientId: '6e74',
        roles: ['Task.Write'],
        scope: ['Files.Read', 'User.Read'],
        tokenId: 'zz',
      },
    ],
  ])('are understood (%s)', async (_, claims, principal) => {
    const { verifier } = await resourceServer();
    expect(await verifier.verify(token(claims))).toMatchObject({
      ...principal,
      epoch: undefined,
      issuedAt: clock.now(),
    });
  });

  it.each<[string, object, object]>([
    ['as it is', { amr: ['pwd', 'mfa'], acr: 'gold' }, { amr: ['pwd', 'mfa'], acr: 'gold' }],
    ['one method as text', { amr: 'pwd' }, { amr: ['pwd'] }],
    ["nothing of what can't be read", { amr: [1], acr: 1 }, { amr: undefined, acr: undefined }],
    ['no data of a session of ours', { session_data: { tenant: 'a' } }, { sessionData: undefined }],
  ])('[11-D] say how the user was identified: %s', async (_, said, expected) => {
    const { verifier } = await resourceServer();
    expect(await verifier.verify(token({ ...keycloak, ...said }))).toMatchObject(expected);
  });

  it('have an id even when their issuer gives them none', async () => {
    const { verifier } = await resourceServer();
    const { jti: _, ...withoutId } = auth0;
    const { tokenId } = await verifier.verify(token(withoutId));
    expect(tokenId).toMatch(/^[\w-]{43}$/);
    expect((await verifier.verify(token({ ...withoutId, iat: now - 1 }))).tokenId).not.toBe(tokenId);
  });

  it('give the roles that the host reads from them', async () => {
    const { verifier } = await resourceServer({ roles: ({ permissions }) => permissions as string[] });
    expect(await verifier.verify(token(auth0))).toMatchObject({ roles: ['read:x'] });
    await expect(verifier.verify(token(keycloak))).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it.each<[string, object, object]>([
    ['an ID token', { ...keycloak, typ: 'ID', aud: AUDIENCE }, {}],
    ['a refresh token', { ...keycloak, typ: 'Refresh' }, {}],
    ['an ID token by its at_hash', { ...auth0, at_hash: 'x' }, {}],
    ['a logout token', { ...auth0, events: {} }, {}],
    ['a token for somebody else', { ...auth0, aud: 'other' }, {}],
    ['a token of another issuer', { ...auth0, iss: 'https://evil.example' }, {}],
    ['no client', { ...keycloak, azp: undefined }, {}],
    ['no type', auth0, { typ: undefined }],
    ['the type "none"', auth0, { typ: 'none' }],
    ['a type of another kind', auth0, { typ: 'logout+jwt' }],
    ['scp that is none', { ...entra, scp: 7 }, {}],
    ['roles that are none', { ...entra, roles: 'admin' }, {}],
  ])('are refused when they are %s', async (_, claims, header) => {
    const { verifier } = await resourceServer({ types: ['JWT'] });
    await expect(verifier.verify(token(claims, header))).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('may lack a type where the host says so', async () => {
    const { verifier } = await resourceServer({ types: ['none'] });
    expect(await verifier.verify(token(auth0, { typ: undefined }))).toMatchObject({ subject: 'auth0|1' });
    await expect(verifier.verify(token(auth0, { typ: 'none' }))).rejects.toMatchObject({
      code: 'invalid_token',
    });
    await expect(verifier.verify(token(auth0))).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('are refused where nobody spoke of another issuer', async () => {
    const own = await tokenParties({ keys: { remote: { jwksUri: `http://127.0.0.1:${port}/jwks` } }, clock });
    open.push(own);
    await expect(own.verifier.verify(token(auth0))).rejects.toMatchObject({ code: 'invalid_token' });
    expect(await own.verifier.verify(token({ ...auth0, epoch: 1 }, { typ: 'at+jwt' }))).toMatchObject({
      epoch: 1,
    });
  });

  it('follow a new key of their issuer, with one look for any number of unknown ids', async () => {
    const { verifier, ring } = await resourceServer();
    expect(looks).toBe(1);
    clock.advance(30_000);
    published = [publish(first.publicKey, 'one'), publish(second.publicKey, 'two')];
    await verifier.verify(token(auth0, { kid: 'two' }, second.privateKey));
    expect(looks).toBe(2);
    await Promise.allSettled(
      Array.from({ length: 100 }, (_, at) => verifier.verify(token(auth0, { kid: `x${at}` }))),
    );
    expect(looks).toBe(2);
    expect(ring.find('two')).toHaveLength(1);
  });

  it('[10-18] verify with any key of their id that is for their algorithm, and with no other', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    published = [first, second, ec].map(({ publicKey }) => publish(publicKey, 'one'));
    const { verifier } = await resourceServer();
    const alice = { subject: 'auth0|1' };
    for (const { privateKey } of [first, second])
      expect(await verifier.verify(token(auth0, {}, privateKey))).toMatchObject(alice);
    const signed = forge({ alg: 'ES256', typ: 'JWT', kid: 'one' }, auth0, 'ES256', ec.privateKey);
    expect(await verifier.verify(signed)).toMatchObject(alice);
    // Again from the cache.
    expect(await verifier.verify(token(auth0, {}, second.privateKey))).toMatchObject(alice);
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });
    for (const [header, key] of [
      [{}, stranger.privateKey],
      [{ alg: 'PS256' }, first.privateKey],
    ] as const)
      await expect(verifier.verify(token(auth0, header, key))).rejects.toMatchObject({
        code: 'invalid_token',
      });
  });

  it('get 503 while their issuer was never reached, and pass once it is', async () => {
    isDown = true;
    const { verifier } = await resourceServer();
    await expect(verifier.verify(token(auth0))).rejects.toMatchObject({ code: 'store_unavailable' });
    isDown = false;
    clock.advance(30_000);
    expect(await verifier.verify(token({ ...auth0, exp: now + 3600 }))).toMatchObject({ clientId: 'spa' });
  });

  it('go on with the keys that are known while their issuer is down', async () => {
    const { verifier, ring } = await resourceServer();
    isDown = true;
    await ring.reload();
    const late = { ...auth0, exp: now + 3600 };
    expect(await verifier.verify(token(late))).toMatchObject({ clientId: 'spa' });
    await expect(verifier.verify(token(late, { kid: 'two' }))).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });

  it('cannot be issued here', async () => {
    const { issuer } = await resourceServer();
    await expect(issuer.issue(GRANT)).rejects.toThrow('no key to sign with');
  });
});
