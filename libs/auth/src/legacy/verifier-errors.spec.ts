import { ForbiddenException, HttpException, UnauthorizedException } from '@nestjs/common';
import { createVerifier, TokenError } from 'fast-jwt';
import { createRemoteJWKSet, errors, jwtVerify, SignJWT } from 'jose';
import jsonwebtoken from 'jsonwebtoken';
import { isRefusal } from './verifier-errors.js';

const SECRET = 'a secret of the old tokens, long enough';
const { sign, verify } = jsonwebtoken;
const token = sign({ sub: 'ada' }, SECRET);
const [header = '', , signature = ''] = token.split('.');

async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const key = new TextEncoder().encode(SECRET);
const joseToken = (exp: string): Promise<string> =>
  new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg: 'HS256' }).setExpirationTime(exp).sign(key);

describe('[11-E] what the verifier of a host throws', () => {
  it.each<[string, () => unknown]>([
    ['jsonwebtoken: forged', () => verify(`${token.slice(0, -4)}AAAA`, SECRET)],
    ['jsonwebtoken: garbage', () => verify('garbage', SECRET)],
    ['jsonwebtoken: expired', () => verify(sign({ exp: 1 }, SECRET), SECRET)],
    ['jsonwebtoken: not yet', () => verify(sign({ nbf: 9e9 }, SECRET), SECRET)],
    ['jsonwebtoken: audience', () => verify(token, SECRET, { audience: 'other' })],
    ['jsonwebtoken: algorithm', () => verify(token, SECRET, { algorithms: ['RS256'] })],
    ['jose: forged', () => jwtVerify(`${header}.e30.${signature}`, key)],
    ['jose: garbage', () => jwtVerify('garbage', key)],
    ['jose: expired', async () => jwtVerify(await joseToken('-1h'), key)],
    ['jose: algorithm', async () => jwtVerify(await joseToken('1h'), key, { algorithms: ['HS512'] })],
    ['fast-jwt: forged', () => createVerifier({ key: SECRET })(`${token.slice(0, -4)}AAAA`)],
    ['fast-jwt: garbage', () => createVerifier({ key: SECRET })('garbage')],
    ['fast-jwt: expired', () => createVerifier({ key: SECRET })(sign({ exp: 1 }, SECRET))],
    ['Nest: 401', () => Promise.reject(new UnauthorizedException())],
    ['Nest: 403', () => Promise.reject(new ForbiddenException('the user is disabled'))],
    ['http-errors', () => Promise.reject(Object.assign(new Error(), { statusCode: 401 }))],
    [
      'an HTTP client that found no such user',
      () => Promise.reject(Object.assign(new Error(), { status: 404 })),
    ],
  ])('refuses the token: %s', async (_, work) => {
    expect(isRefusal(await thrownBy(work))).toBe(true);
  });

  it.each([undefined, null, 'no database', 401, {}])('says nothing about the token: %p', (thrown) => {
    expect(isRefusal(thrown)).toBe(false);
  });

  it.each<[string, () => unknown]>([
    ['a database', () => Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))],
    ['a mistake', () => (undefined as unknown as { sub: string }).sub],
    ['jsonwebtoken without a secret', () => verify(token, '')],
    [
      'jsonwebtoken whose secret is away',
      () =>
        new Promise((_, reject) => {
          verify(
            token,
            (_header, done) => done(new Error('the vault is away')),
            (error) => reject(error),
          );
        }),
    ],
    [
      'jose whose keys are away',
      () => jwtVerify(token, createRemoteJWKSet(new URL('http://127.0.0.1:1/jwks'))),
    ],
    ['jose whose keys are late', () => Promise.reject(new errors.JWKSTimeout())],
    [
      'fast-jwt whose keys are away',
      () => Promise.reject(new TokenError(TokenError.codes.keyFetchingError, 'away')),
    ],
    ['Nest: 429', () => Promise.reject(new HttpException('slow down', 429))],
    ['Nest: 503', () => Promise.reject(new HttpException('away', 503))],
    ['an HTTP client', () => Promise.reject(Object.assign(new Error(), { status: 502 }))],
  ])('says nothing about the token: %s', async (_, work) => {
    expect(isRefusal(await thrownBy(work))).toBe(false);
  });
});
