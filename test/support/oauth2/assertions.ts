import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import type { OAuthClient } from 'nestjs-gatehouse';
import { forge } from '../tokens/forge.js';
import { ISSUER } from '../app/start-app.js';

/** The one value of `client_assertion_type`. */
export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The private keys of the client `signer`. */
export const signerKeys = { ES256: privateKey, RS256: rsa.privateKey } as const;
/** Of no client. */
export const strangerKeys = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey,
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
} as const;
/** The public half of its first key. */
export const signerPublicKey = publicKey;

/** A machine with two keys, one of each family. */
export const signer: OAuthClient = {
  id: 'signer',
  jwks: {
    keys: [
      { ...publicKey.export({ format: 'jwk' }), kid: 'ec', use: 'sig', alg: 'ES256' },
      { ...rsa.publicKey.export({ format: 'jwk' }), kid: 'rsa' },
    ],
  },
  grants: ['client_credentials', 'refresh_token'],
  scope: ['articles:read'],
};

/** How an assertion differs from a good one. */
export interface AssertionShape {
  readonly header?: object;
  readonly claims?: object;
  readonly algorithm?: string;
  readonly key?: KeyObject | Buffer;
}

/** An assertion of the client `signer`. */
export function assertion({ header, claims, algorithm = 'ES256', key }: AssertionShape = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const good = { iss: 'signer', sub: 'signer', aud: ISSUER, jti: randomUUID(), iat: now, exp: now + 60 };
  const signedBy = key ?? signerKeys[algorithm as keyof typeof signerKeys];
  return forge({ alg: algorithm, ...header }, { ...good, ...claims }, algorithm, signedBy);
}

/** Parameters of a client that authenticates by an assertion. */
export function asserting(text: string): Readonly<Record<string, string>> {
  return { client_assertion_type: ASSERTION_TYPE, client_assertion: text };
}
