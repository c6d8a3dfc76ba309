import { encode, forge } from '../forge.js';
import {
  rsa,
  ec,
  mallory,
  kid,
  ecKid,
  header,
  claims,
  p,
  signed,
  signedHeader,
  json,
  asHmac,
  byMallory,
  pem,
  der,
  nested,
  type Case,
} from './forgery.js';

export const algorithms: readonly Case[] = [
  ...['none', 'None', 'NONE', 'nOnE', 'none ', ' none', '', 'null', 'nonе'].flatMap((alg): Case[] => [
    [`alg ${JSON.stringify(alg)} without a signature`, `${encode({ ...header, alg })}.${p}.`],
    [`alg ${JSON.stringify(alg)} with our signature`, signed({ alg })],
  ]),
  ...['rs256', 'RS256 ', 'RS256\0', 'RSA', 'SHA256', 'EdDSA', 'ES256K', 'RS1', 'HS1', 'dir', 'A128KW'].map(
    (alg): Case => [`alg ${JSON.stringify(alg)}`, signed({ alg })],
  ),
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((alg): Case => [
    `alg ${alg}`,
    signed({ alg }),
  ]),
  ...[null, 256, true, ['RS256'], { name: 'RS256' }].map((alg): Case => [
    `alg ${JSON.stringify(alg)}`,
    signed({ alg }),
  ]),
  ['no alg', signedHeader({ typ: 'at+jwt', kid })],
  ...['RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg): Case => [
    `${alg} truly made with the RS256 key`,
    forge({ ...header, alg }, claims, alg, rsa.privateKey),
  ]),
  ['RS256 named, PS256 made', forge(header, claims, 'PS256', rsa.privateKey)],
  ['ES256 with the id of the RSA key', forge({ ...header, alg: 'ES256' }, claims, 'ES256', ec.privateKey)],
  ['RS256 with the id of the EC key', forge({ ...header, kid: ecKid }, claims, 'RS256', rsa.privateKey)],
];

export const hmacWithPublicKey: readonly Case[] = ['HS256', 'HS384', 'HS512'].flatMap((alg): Case[] => [
  [`${alg} with the SPKI PEM as secret`, asHmac(alg, pem(rsa.publicKey, 'spki'))],
  [`${alg} with the PEM without its last line break`, asHmac(alg, pem(rsa.publicKey, 'spki').trim())],
  [`${alg} with the PEM with CRLF`, asHmac(alg, pem(rsa.publicKey, 'spki').replaceAll('\n', '\r\n'))],
  [`${alg} with the PKCS#1 PEM`, asHmac(alg, pem(rsa.publicKey, 'pkcs1'))],
  [`${alg} with the DER`, asHmac(alg, der(rsa.publicKey))],
  [`${alg} with the DER as base64`, asHmac(alg, der(rsa.publicKey).toString('base64'))],
  [`${alg} with the JWK`, asHmac(alg, JSON.stringify(rsa.publicKey.export({ format: 'jwk' })))],
  [
    `${alg} with the modulus`,
    asHmac(alg, Buffer.from(rsa.publicKey.export({ format: 'jwk' }).n ?? '', 'base64url')),
  ],
  [`${alg} with the key id`, asHmac(alg, kid)],
  [`${alg} with an empty secret`, asHmac(alg, '')],
]);

const wrongKeyIds: readonly unknown[] = [
  ...'unknown ../../../../dev/null /dev/null file:///etc/passwd `id` $(id) __proto__ constructor'.split(' '),
  '',
  "' OR '1'='1",
  kid.toLowerCase(),
  `${kid} `,
  `${kid}\0`,
  'k'.repeat(5000),
  null,
  0,
  true,
  [kid],
  { kid },
];

export const keyIds: readonly Case[] = [
  ...wrongKeyIds.map((value): Case => [`kid ${JSON.stringify(value).slice(0, 40)}`, signed({ kid: value })]),
  ['no kid', signedHeader({ alg: 'RS256', typ: 'at+jwt' })],
];

const wrongTypes: readonly unknown[] = [
  ...'JWT jwt refresh+jwt rt+jwt dpop+jwt logout+jwt secevent+jwt id+jwt token-introspection+jwt'.split(' '),
  ...'application/jwt at+jwt;v=1 text/at+jwt at'.split(' '),
  '',
  'at+jwt ',
  ' at+jwt',
  null,
  1,
  ['at+jwt'],
  {},
];

export const types: readonly Case[] = [
  ...wrongTypes.map((typ): Case => [`typ ${JSON.stringify(typ)}`, signed({ typ })]),
  ['no typ', signedHeader({ alg: 'RS256', kid })],
];

const url = 'http://127.0.0.1:9';

export const headers: readonly Case[] = [
  ['a jwk that verifies it', byMallory({ jwk: mallory.publicKey.export({ format: 'jwk' }) })],
  ['a jwk with our key id', byMallory({ jwk: { ...mallory.publicKey.export({ format: 'jwk' }), kid } })],
  ['a jku', byMallory({ jku: `${url}/jwks.json` })],
  ['a jku, with our signature', signed({ jku: `${url}/jwks.json` })],
  ['an x5u', byMallory({ x5u: `${url}/cert.pem` })],
  ['an x5c', byMallory({ x5c: [der(mallory.publicKey).toString('base64')] })],
  ['a key id that is a URL', byMallory({ kid: `${url}/key` })],
  ['crit', signed({ crit: ['exp'] })],
  ['an empty crit', signed({ crit: [] })],
  ['crit with b64', signed({ crit: ['b64'], b64: false })],
  ['b64', signed({ b64: true })],
  ['zip', signed({ zip: 'DEF' })],
  ['enc', signed({ enc: 'A256GCM' })],
  ['cty, as a nested token', signed({ cty: 'JWT' })],
  ['null for a refused member', signed({ jwk: null })],
  ['a list as header', signedHeader([header])],
  ['text as header', signedHeader('RS256')],
  ['null as header', signedHeader(null)],
  ['a header that is no JSON', signedHeader(json('{alg:"RS256"}'))],
  ['a header with a byte order mark', signedHeader(json(`\ufeff${JSON.stringify(header)}`))],
  ['a header with text after it', signedHeader(json(`${JSON.stringify(header)} {}`))],
  [
    'a header that is not UTF-8',
    signedHeader(Buffer.concat([json('{"alg":"RS256","x":"'), Buffer.from([0xff]), json('"}')])),
  ],
  ['alg twice', signedHeader(json(`{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"${kid}"}`))],
  [
    'alg twice, once escaped',
    signedHeader(json(`{"\\u0061lg":"none","alg":"RS256","typ":"at+jwt","kid":"${kid}"}`)),
  ],
  ['kid twice', signedHeader(json(`{"kid":"x","alg":"RS256","typ":"at+jwt","kid":"${kid}"}`))],
  [
    'a deeply nested header',
    signedHeader(json(`{"alg":"RS256","typ":"at+jwt","kid":"${kid}","x":${nested(1500)}}`)),
  ],
];
