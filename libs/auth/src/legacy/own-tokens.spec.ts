import { createSessionId } from '../subjects/subject-keys.js';
import { formOf } from './own-tokens.js';

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jws = (header: object, claims: object = { sub: 'ada' }): string =>
  `${encoded(header)}.${encoded(claims)}.c2ln`;
const kindOf = (text: string, issuer?: string): string => formOf(text, 1_000, issuer).kind;

const MAC = 'A'.repeat(43);

describe('[11-E] the form of a token', () => {
  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt'])(
    'is that of ours with the type %s, whatever else it says',
    (typ) => {
      expect(kindOf(jws({ alg: 'HS256', typ }))).toBe('ours');
      expect(kindOf(jws({ alg: 'none', typ, kid: 'other' }, { iss: 'https://other.test' }))).toBe('ours');
    },
  );

  it.each(['ghr', 'acme', 'A1'])('is that of a refresh token of ours with the prefix %s', (prefix) => {
    for (const generation of ['0', '17', '007'])
      expect(kindOf(`${prefix}_${createSessionId('ada')}.${generation}.${MAC}`)).toBe('ours');
  });

  it('is that of the other issuer whose tokens are accepted here', () => {
    const token = jws({ alg: 'RS256', typ: 'JWT' }, { iss: 'https://issuer.test' });
    expect(kindOf(token, 'https://issuer.test')).toBe('ours');
    expect(kindOf(token, 'https://another.test')).toBe('other');
    // The app of before may have called itself as it does now.
    expect(kindOf(token)).toBe('other');
  });

  it.each([
    ['a JWS with a garbled header', 'garbage.e30.c2ln'],
    ['a JWS with two types', `${Buffer.from('{"typ":"JWT","typ":"at+jwt"}').toString('base64url')}.e30.c2ln`],
    ['a JWS whose claims are no object', `${encoded({ alg: 'HS256' })}.${encoded([])}.c2ln`],
    ['a JWS that is spelt in another way', `${jws({ alg: 'HS256' })}=`],
    ['a JWS without a signature', `${encoded({ alg: 'none' })}.${encoded({})}.`],
    ['a text that is too long', 'x'.repeat(1_001)],
  ])('is broken: %s', (_, text) => {
    expect(kindOf(text)).toBe('broken');
  });

  it('is another one of opaque texts, and of any other JWS', () => {
    for (const text of [
      'garbage',
      'a.b',
      'ghr_1',
      crypto.randomUUID(),
      jws({ alg: 'HS256', typ: 'JWT' }),
      jws({}),
    ])
      expect(kindOf(text)).toBe('other');
  });

  it('is the same under every signature that a token may have', () => {
    const [one, other] = [jws({ alg: 'ES256' }), jws({ alg: 'ES256' }).replace('c2ln', 'c2lnMg')];
    expect(formOf(one, 1_000, undefined)).toEqual(formOf(other, 1_000, undefined));
  });
});
