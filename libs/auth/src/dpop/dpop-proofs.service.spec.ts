import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import {
  hashOf,
  type Holder,
  holder,
  jwkOf,
  proof,
  type ProofShape,
  rsaHolder,
  thumbprintOf,
} from '../../../../test/support/dpop/proofs.js';
import { encode } from '../../../../test/support/tokens/forge.js';
import { MemoryOneTimeValueStore } from '../one-time-values/memory-one-time-value.store.js';
import { ManualClock } from '../testing/manual-clock.js';
import { DPoPProofs } from './dpop-proofs.service.js';

const URI = 'https://api.test/posts';
const TOKEN = 'an.access.token';
const MINUTE_MS = 60_000;
const settings = {
  isOn: true,
  isRequired: false,
  noncePeriodMs: undefined,
  clockToleranceMs: 5_000,
  baseUrl: 'https://api.test',
};
const secret = (): Buffer => Buffer.from('a secret of thirty-two characters');

function proofsAt(clock: ManualClock, used = new MemoryOneTimeValueStore(clock)): DPoPProofs {
  return new DPoPProofs({ ...settings, windowMs: MINUTE_MS }, used, clock, undefined);
}

describe('DPoPProofs', () => {
  let clock: ManualClock;
  let proofs: DPoPProofs;
  const ada = holder();
  const rsa = rsaHolder();
  const seconds = (): number => Math.floor(clock.now() / 1000);

  beforeEach(() => {
    clock = new ManualClock();
    proofs = proofsAt(clock);
  });

  const made = (shape: ProofShape = {}, by: Holder = ada): string =>
    proof(by, ['GET', URI], { ...shape, claims: { iat: seconds(), ...shape.claims } });
  const check = (text: string, more: object = {}) =>
    proofs.check(text, { method: 'GET', target: '/posts', ...more });

  it.each([
    ['ES256', ada],
    ['ES384', holder('ES384')],
    ['ES512', holder('ES512')],
    ['RS256', rsa],
    ['PS512', { ...rsa, algorithm: 'PS512' }],
  ])('[9449-39] takes one of %s, and names its key as RFC 7638 does', (_, by) => {
    expect(check(made({}, by))).toMatchObject({ jkt: thumbprintOf(by) });
  });

  it('[9449-39] takes one that another library made', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    const text = await new SignJWT({ htm: 'GET', htu: URI, ath: hashOf(TOKEN) })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
      .setJti('of another library')
      .setIssuedAt(seconds())
      .sign(privateKey);
    expect(check(text, { accessToken: TOKEN })).toMatchObject({ jkt: await calculateJwkThumbprint(jwk) });
  });

  const good: readonly (readonly [string, ProofShape, object?])[] = [
    ['with query and fragment', { claims: { htu: `${URI}?a=b#c` } }],
    ['whose address is spelt otherwise', { claims: { htu: 'HTTPS://API.test:443/%70osts' } }],
    ['for a request with a query', {}, { target: '/posts?page=2' }],
    ['for a request in absolute form', {}, { target: 'http://anybody.test/posts' }],
    ['as old as it may be', { claims: { iat: Math.floor(new ManualClock().now() / 1000) - 60 } }],
    ['with a key id', { header: { kid: '../../etc/passwd' } }],
    ['whose key says what it is for', { header: { jwk: { ...jwkOf(ada), use: 'sig', alg: 'ES256' } } }],
    ['with ath where there is no token', { claims: { ath: 'x' } }],
    ['with a nonce that nobody asked for', { claims: { nonce: 'x' } }],
  ];

  // Of short rows Jest takes the last parameter for a callback.
  it.each(good.map(([name, shape, more = {}]) => [name, shape, more] as const))(
    '[9449-39] takes one %s',
    (_, shape, more) => {
      expect(check(made(shape), more)).toMatchObject({ jkt: thumbprintOf(ada) });
    },
  );

  const small = rsaHolder('RS256', 1024);
  const privateJwk = ada.privateKey.export({ format: 'jwk' });
  const bad: readonly (readonly [string, ProofShape, Holder?])[] = [
    ['of another type', { header: { typ: 'JWT' } }],
    ['without a type', { header: { typ: undefined } }],
    ['that says it is an access token', { header: { typ: 'at+jwt' } }],
    ['without a signature', { header: { alg: 'none' } }],
    [
      'of a secret',
      { header: { alg: 'HS256', jwk: { kty: 'oct', k: 'c2VjcmV0' } }, algorithm: 'HS256', key: secret() },
    ],
    [
      'signed with the public key as a secret',
      { header: { alg: 'HS256' }, algorithm: 'HS256', key: secret() },
    ],
    ['of EdDSA', { header: { alg: 'EdDSA' } }],
    ['whose algorithm is spelt otherwise', { header: { alg: 'es256' } }],
    ['whose algorithm is not that of the key', { header: { alg: 'ES384' } }],
    ['of an algorithm of another family', { header: { alg: 'RS256' } }],
    ['without a key', { header: { jwk: undefined } }],
    ['whose key is a text', { header: { jwk: JSON.stringify(jwkOf(ada)) } }],
    ['whose key is a list', { header: { jwk: [jwkOf(ada)] } }],
    ['whose key is a set', { header: { jwk: { keys: [jwkOf(ada)] } } }],
    ['with the private key', { header: { jwk: privateJwk } }],
    ['with a secret beside the public key', { header: { jwk: { ...jwkOf(ada), k: 'c2VjcmV0' } } }],
    ['with a private member that is empty', { header: { jwk: { ...jwkOf(ada), d: '' } } }],
    ['whose key is of another kind', { header: { jwk: { kty: 'OKP', crv: 'Ed25519', x: jwkOf(ada)['x'] } } }],
    ['whose key is off the curve', { header: { jwk: { ...jwkOf(ada), y: jwkOf(ada)['x'] } } }],
    ['whose key lacks a coordinate', { header: { jwk: { ...jwkOf(ada), y: undefined } } }],
    ['whose key is for encryption', { header: { jwk: { ...jwkOf(ada), use: 'enc' } } }],
    ['whose key is for another algorithm', { header: { jwk: { ...jwkOf(ada), alg: 'ES384' } } }],
    ['of a short RSA key', {}, small],
    ['of somebody else', { key: holder().privateKey }],
    ['with an extension', { header: { crit: ['exp'], exp: 1 } }],
    ['that points to its key', { header: { jku: 'https://evil.test' } }],
    ['that points to a certificate', { header: { x5u: 'https://evil.test' } }],
    ['with a key id that is no text', { header: { kid: { $ne: 1 } } }],
    ['without jti', { claims: { jti: undefined } }],
    ['with an empty jti', { claims: { jti: '' } }],
    ['with a jti that is a number', { claims: { jti: 5 } }],
    ['with a jti that is too long', { claims: { jti: 'x'.repeat(257) } }],
    ['for another method', { claims: { htm: 'POST' } }],
    ['for a method in small letters', { claims: { htm: 'get' } }],
    ['without a method', { claims: { htm: undefined } }],
    ['for another host', { claims: { htu: 'https://evil.test/posts' } }],
    ['for another scheme', { claims: { htu: 'http://api.test/posts' } }],
    ['for another port', { claims: { htu: 'https://api.test:8443/posts' } }],
    ['for another path', { claims: { htu: 'https://api.test/posts/1' } }],
    ['for a path in other letters', { claims: { htu: 'https://api.test/Posts' } }],
    ['for a path alone', { claims: { htu: '/posts' } }],
    ['without an address', { claims: { htu: undefined } }],
    ['with a list of addresses', { claims: { htu: [URI] } }],
    ['without iat', { claims: { iat: undefined } }],
    ['with an iat that is a text', { claims: { iat: 'now' } }],
    ['with an iat that is no instant', { claims: { iat: 1e300 } }],
  ];

  it.each(bad.map(([name, shape, by = ada]) => [name, shape, by] as const))(
    '[9449-39] refuses one %s',
    (_, shape, by) => {
      expect(check(made(shape, by))).toEqual({ fault: expect.any(String) as string });
    },
  );

  it.each([
    ['too old', -61],
    ['of the future', 61],
  ])('[9449-39] refuses one that is %s', (_, offset) => {
    expect(check(made({ claims: { iat: seconds() + offset } }))).toHaveProperty('fault');
  });

  it.each([
    '',
    'x',
    'a.b.c',
    '..',
    'a.b.c, d.e.f',
    `${'a'.repeat(9000)}.b.c`,
    `${encode({})}.${encode({})}.`,
  ])('[9449-39] refuses %.20j, which is none', (text) => {
    expect(check(text)).toHaveProperty('fault');
  });

  it('[9449-39] refuses two in one line, as Node joins two headers', () => {
    expect(check(`${made()}, ${made()}`)).toHaveProperty('fault');
  });

  it('[9449-39] refuses a changed byte, and another spelling', () => {
    const text = made();
    const [header, , signature] = text.split('.');
    const other = { htm: 'GET', htu: URI, iat: seconds(), jti: 'other' };
    expect(check(`${header}.${encode(other)}.${signature}`)).toHaveProperty('fault');
    expect(check(`${text}=`)).toHaveProperty('fault');
  });

  it.each([
    ['another token', hashOf('another token')],
    ['none', undefined],
    ['the token itself', TOKEN],
    ['no text', 7],
  ])('[9449-39] refuses one whose ath is for %s', (_, ath) => {
    expect(check(made({ claims: { ath } }), { accessToken: TOKEN })).toHaveProperty('fault');
  });

  it('[9449-44] goes by the base URL, whatever the request says', () => {
    const text = made({ claims: { htu: 'https://evil.test/posts' } });
    for (const target of ['/posts', 'https://evil.test/posts', '//evil.test/posts'])
      expect(check(text, { target })).toHaveProperty('fault');
  });

  it('[9449-39] names a key alike however it is spelt', () => {
    const jwk = jwkOf(rsa);
    const padded = {
      ...jwk,
      n: Buffer.concat([Buffer.alloc(1), Buffer.from(String(jwk['n']), 'base64url')]).toString('base64url'),
    };
    expect(check(made({ header: { jwk: padded } }, rsa))).toMatchObject({ jkt: thumbprintOf(rsa) });
  });

  describe('used', () => {
    const use = async (text: string, more: object = {}): Promise<string> => {
      const found = check(text, more);
      if ('fault' in found) throw new Error(found.fault);
      return proofs.use(found);
    };

    it('[9449-43] is good once, however its address is spelt', async () => {
      const text = made({ claims: { jti: 'one' } });
      expect(await use(text)).toBe('first');
      expect(await use(text)).toBe('replayed');
      expect(await use(made({ claims: { jti: 'one', htu: 'https://API.test/posts?x' } }))).toBe('replayed');
    });

    it('[9449-43] shares its jti with no other key and no other target', async () => {
      await use(made({ claims: { jti: 'one' } }));
      expect(await use(made({ claims: { jti: 'one' } }, rsa))).toBe('first');
      const elsewhere = made({ claims: { jti: 'one', htu: 'https://api.test/other' } });
      expect(await use(elsewhere, { target: '/other' })).toBe('first');
    });

    it('[9449-43] is remembered for as long as it could be shown again', async () => {
      const text = made({ claims: { iat: seconds() + 60 } });
      expect(await use(text)).toBe('first');
      clock.advance(2 * MINUTE_MS - 1000);
      expect(await use(text)).toBe('replayed');
      clock.advance(2000);
      expect(check(text)).toHaveProperty('fault');
    });

    it('[9449-43] is remembered for those as well whose clocks are behind', async () => {
      const text = made();
      const behind = new ManualClock(clock.now() - 4_000);
      const used = new MemoryOneTimeValueStore(clock);
      proofs = proofsAt(clock, used);
      expect(await use(text)).toBe('first');
      for (const each of [clock, behind]) each.advance(MINUTE_MS + 3_000);
      expect(check(text)).toHaveProperty('fault');
      proofs = proofsAt(behind, used);
      expect(await use(text)).toBe('replayed');
    });

    it('[9449-43] is good once in its last millisecond as well', async () => {
      const text = made({ claims: { iat: (clock.now() - MINUTE_MS) / 1000 } });
      expect(await use(text)).toBe('first');
      expect(await use(text)).toBe('replayed');
    });
  });
});
