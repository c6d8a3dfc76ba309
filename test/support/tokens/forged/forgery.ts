import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { keyIdOf } from '../../../../libs/auth/src/jose/key-id.js';
import { ManualClock } from '../../../../libs/auth/src/testing/manual-clock.js';
import { type Part, encode, forge } from '../forge.js';
import { AUDIENCE, ISSUER } from '../token-parties.js';

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const mallory = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const malloryEc = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const kid = keyIdOf(rsa.publicKey, 'RS256');
export const ecKid = keyIdOf(ec.publicKey, 'ES256');
// A whole second of the present: apps under test have no clock but the real one.
export const clock = new ManualClock(Math.floor(Date.now() / 1000) * 1000);
export const now = clock.now() / 1000;

export const header = { alg: 'RS256', typ: 'at+jwt', kid };
export const claims = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'alice',
  client_id: 'web',
  iat: now,
  exp: now + 900,
  jti: 'AAAAAAAAAAAAAAAAAAAAAA',
  roles: ['editor'],
  epoch: 0,
};
export const good = forge(header, claims, 'RS256', rsa.privateKey);
export const [h, p, s] = good.split('.') as [string, string, string];

/** Signed by our own key: what only our own mistake, or another kind of token, could bring about. */
export const signed = (changedHeader: object, changedClaims: object = {}): string =>
  forge({ ...header, ...changedHeader }, { ...claims, ...changedClaims }, 'RS256', rsa.privateKey);
export const signedHeader = (part: Part): string => forge(part, claims, 'RS256', rsa.privateKey);
export const signedPayload = (part: Part): string => forge(header, part, 'RS256', rsa.privateKey);
export const without = (name: string): string =>
  signedPayload(Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name)));
export const json = (text: string): Buffer => Buffer.from(text);
export const asHmac = (algorithm: string, secret: Buffer | string): string =>
  forge({ ...header, alg: algorithm }, claims, algorithm, Buffer.from(secret));
export const byMallory = (changed: object): string =>
  forge({ ...header, ...changed }, { ...claims, sub: 'admin' }, 'RS256', mallory.privateKey);
export const pem = (key: KeyObject, type: 'spki' | 'pkcs1'): string =>
  key.export({ type, format: 'pem' }).toString();
export const der = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
export const ecHeader = { alg: 'ES256', typ: 'at+jwt', kid: ecKid };
export const ecInput = `${encode(ecHeader)}.${encode(claims)}`;
export const ecSigned = (signature: Buffer): string => `${ecInput}.${signature.toString('base64url')}`;
export const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** A token that has to be refused, by name. */
export type Case = readonly [name: string, token: unknown];
