import { tokenParties, AUDIENCE, type TokenParties } from '../../../../test/support/tokens/token-parties.js';
import { IdentityProvider } from '../../../../test/support/tokens/identity-provider.js';
import { SystemClock } from '../kernel/clock.js';
import type { ForeignTokensOptions } from './foreign-tokens.js';

const now = Math.floor(Date.now() / 1000);
const times = { iss: 'https://issuer.example', iat: now, exp: now + 300 };
const auth0 = { ...times, jti: 'a0', aud: AUDIENCE, sub: 'auth0|1', client_id: 'spa', scope: 'read:x' };
const entra = { ...times, aud: AUDIENCE, sub: 'AAb', azp: '6e74', scp: 'Files.Read', uti: 'zz', ver: '2.0' };

describe('[11-D] tokens of another issuer', () => {
  let idp: IdentityProvider;
  const open: TokenParties[] = [];

  beforeAll(async () => {
    idp = await IdentityProvider.start();
  });

  afterAll(() => {
    for (const { ring } of open) ring.close();
    idp.stop();
  });

  const token = (claims: object): string => idp.sign(claims);

  async function resourceServer(foreign: ForeignTokensOptions): Promise<TokenParties> {
    const keys = { remote: { jwksUri: idp.jwksUri } };
    const parties = await tokenParties({ keys, clock: new SystemClock(), tokens: { foreign } });
    open.push(parties);
    return parties;
  }

  it.each<[string, ForeignTokensOptions['roles'], object, readonly string[]]>([
    ['a claim', 'cognito:groups', { 'cognito:groups': ['a', 'b'] }, ['a', 'b']],
    ['a claim that is a URL', 'https://x/roles', { 'https://x/roles': ['a'] }, ['a']],
    [
      'a place inside',
      '/resource_access/my-api/roles',
      { resource_access: { 'my-api': { roles: ['a'] } } },
      ['a'],
    ],
    ['an escaped place', '/a~1b/c~0d', { 'a/b': { 'c~d': ['a'] } }, ['a']],
    [
      'several places',
      ['one', '/two/three'],
      { one: ['a', 'b'], two: { three: ['b', 'c'] } },
      ['a', 'b', 'c'],
    ],
    ['nowhere', ['one', '/two/three', '/toString/name', '/sub/length'], { two: 7 }, []],
  ])('give the roles of %s', async (_, roles, claims, expected) => {
    const { verifier } = await resourceServer({ roles: roles! });
    expect((await verifier.verify(token({ ...auth0, ...claims }))).roles).toEqual(expected);
  });

  it.each<[string, object]>([
    ['realm roles that are none', { realm_access: { roles: [1] } }],
    ['a list of scopes that are none', { scope: undefined, scp: ['a', {}] }],
    ['a session that is none', { sid: 7 }],
    ['an ID token by its nonce', { nonce: 'n' }],
    ['an ID token by its use', { token_use: 'id' }],
    ['bound to a certificate [9449-41]', { cnf: { 'x5t#S256': 'a'.repeat(43) } }],
    ['bound to a key and a certificate [9449-41]', { cnf: { jkt: 'a'.repeat(43), 'x5t#S256': 'a' } }],
    ['bound to no thumbprint [9449-41]', { cnf: { jkt: 'thumbprint' } }],
    ['bound to a cookie of ours [9449-41]', { cnf: { jkt: `cookie:${'a'.repeat(43)}` } }],
    ['bound to nothing in particular [9449-41]', { cnf: {} }],
    ['alive for too long', { exp: now + 24 * 3600 + 1 }],
    ['of no known age', { iat: undefined }],
    ['for nobody', { aud: undefined }],
  ])('are refused when they are %s', async (_, changes) => {
    const { verifier } = await resourceServer({});
    await expect(verifier.verify(token({ ...auth0, ...changes }))).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });

  it('are refused where a place of roles holds none', async () => {
    const { verifier } = await resourceServer({ roles: '/groups' });
    for (const groups of ['admin', { admin: true }, [1], null])
      await expect(verifier.verify(token({ ...auth0, groups }))).rejects.toMatchObject({
        code: 'invalid_token',
      });
  });

  it('may lack an audience only where their client is named, and then no other client is accepted', async () => {
    const { verifier } = await resourceServer({ clientIds: ['spa', 'app'] });
    const refusal = { code: 'invalid_token' };
    const without = { ...auth0, aud: undefined };
    for (const claims of [auth0, without, { ...without, client_id: undefined, cid: 'app' }])
      expect(await verifier.verify(token(claims))).toMatchObject({ subject: 'auth0|1' });
    for (const claims of [
      { ...auth0, aud: 'other' },
      { ...auth0, aud: null },
      { ...auth0, aud: [] },
      { ...auth0, client_id: 'another' },
      { ...without, client_id: 'another' },
      { ...without, client_id: undefined },
    ])
      await expect(verifier.verify(token(claims))).rejects.toMatchObject(refusal);
  });

  it('are about whom the host says', async () => {
    const { verifier } = await resourceServer({ subject: 'oid' });
    expect(await verifier.verify(token({ ...entra, oid: 'o-1' }))).toMatchObject({ subject: 'o-1' });
    await expect(verifier.verify(token(entra))).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it('may live as long as the host says', async () => {
    const { verifier } = await resourceServer({ maxTtl: '30d' });
    expect(await verifier.verify(token({ ...auth0, exp: now + 30 * 86_400 }))).toMatchObject({
      clientId: 'spa',
    });
    const { verifier: strict } = await resourceServer({ maxTtl: '5m' });
    expect(await strict.verify(token(auth0))).toMatchObject({ clientId: 'spa' });
    await expect(strict.verify(token({ ...auth0, exp: now + 301 }))).rejects.toMatchObject({
      code: 'invalid_token',
    });
  });
});
