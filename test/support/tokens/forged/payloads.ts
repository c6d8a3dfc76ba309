import { AUDIENCE, ISSUER } from '../token-parties.js';
import { now, claims, signed, signedPayload, without, json, nested, type Case } from './forgery.js';

export const payloads: readonly Case[] = [
  ...['iss', 'aud', 'sub', 'client_id', 'iat', 'exp', 'jti', 'epoch'].flatMap((name): Case[] => [
    [`no ${name}`, without(name)],
    [`${name} null`, signed({}, { [name]: null })],
    [`${name} a list in a list`, signed({}, { [name]: [[]] })],
    [`${name} an object`, signed({}, { [name]: {} })],
  ]),
  ...['iss', 'sub', 'client_id', 'jti'].flatMap((name): Case[] => [
    [`${name} empty`, signed({}, { [name]: '' })],
    [`${name} a number`, signed({}, { [name]: 1 })],
  ]),
  ...['exp', 'iat', 'nbf', 'auth_time', 'epoch'].flatMap((name): Case[] => [
    [`${name} as text`, signed({}, { [name]: String(now) })],
    [`${name} negative`, signed({}, { [name]: -1 })],
    [
      `${name} beyond all time`,
      signedPayload(json(JSON.stringify({ ...claims, [name]: 0 }).replace(`"${name}":0`, `"${name}":1e400`))),
    ],
  ]),
  ['expired a second ago, beyond the tolerance', signed({}, { exp: now - 5 })],
  ['expired long ago', signed({}, { exp: 0 })],
  ['not valid yet', signed({}, { nbf: now + 3600 })],
  ['issued in the future', signed({}, { iat: now + 3600 })],
  ['exp in milliseconds, as a mistake would have it', signed({}, { exp: claims.exp * 1e6 })],
  ...[`${ISSUER}/`, ISSUER.toUpperCase(), `${ISSUER}.evil.example`, [ISSUER], 'http://issuer.example'].map(
    (iss): Case => [`iss ${JSON.stringify(iss)}`, signed({}, { iss })],
  ),
  ...[
    '',
    `${AUDIENCE}/`,
    'https://other.example',
    [],
    ['other'],
    [[AUDIENCE]],
    { 0: AUDIENCE },
    [AUDIENCE, 1],
  ].map((aud): Case => [`aud ${JSON.stringify(aud)}`, signed({}, { aud })]),
  ...[['read'], 1, null, 'read "write"', 'read\\write', 'lès'].map((scope): Case => [
    `scope ${JSON.stringify(scope)}`,
    signed({}, { scope }),
  ]),
  ...['admin', [1], [''], [['admin']], { admin: true }, null].map((roles): Case => [
    `roles ${JSON.stringify(roles)}`,
    signed({}, { roles }),
  ]),
  ['epoch a fraction', signed({}, { epoch: 0.5 })],
  ['sid empty', signed({}, { sid: '' })],
  ['sid a number', signed({}, { sid: 7 })],
  ['sid null', signed({}, { sid: null })],
  ...(['amr', 'acr', 'session_data'] as const).flatMap((name) =>
    [1, null, [{}], ...(name === 'acr' ? [''] : ['text'])].map((value): Case => [
      `${name} ${JSON.stringify(value)}`,
      signed({}, { [name]: value }),
    ]),
  ),
  ['a list as payload', signedPayload([claims])],
  ['text as payload', signedPayload('claims')],
  ['a number as payload', signedPayload(7)],
  ['null as payload', signedPayload(null)],
  ['a payload that is no JSON', signedPayload(json('sub=alice'))],
  ['a payload with a byte order mark', signedPayload(json(`\ufeff${JSON.stringify(claims)}`))],
  [
    'a payload that is not UTF-8',
    signedPayload(Buffer.concat([json('{"sub":"'), Buffer.from([0xc3, 0x28]), json('"}')])),
  ],
  ['a payload with text after it', signedPayload(json(`${JSON.stringify(claims)}x`))],
  ['sub twice', signedPayload(json(JSON.stringify(claims).replace('"sub"', '"sub":"admin","sub"')))],
  ['exp twice', signedPayload(json(JSON.stringify(claims).replace('"exp"', '"exp":9999999999,"exp"')))],
  [
    'a nested member twice',
    signedPayload(json(JSON.stringify(claims).replace('"sub"', '"x":[{"a":1,"a":2}],"sub"'))),
  ],
  [
    'a payload nested 2,500 deep',
    signedPayload(json(JSON.stringify(claims).replace('"sub"', `"x":${nested(2500)},"sub"`))),
  ],
  ['an ID token', signed({ typ: 'JWT' }, { nonce: 'n', at_hash: 'x', aud: 'web' })],
];
