import { type KeyObject, createHash, createHmac, createPublicKey } from 'node:crypto';
import { isHmac, type SigningAlgorithm } from './signing-algorithm.js';

/** What a `kid` has to look like, be it given, found in a JWK or in a token. */
export const KEY_ID = {
  pattern: /^[\x21-\x7e]{1,256}$/,
  expected: '1 to 256 printable ASCII characters without spaces',
} as const;

/** Why a JWK can't be called what it calls itself, or `undefined` when it can: its `kid` is as free as any text. */
export function keyIdProblem(kid: unknown): string | undefined {
  if (kid === undefined || (typeof kid === 'string' && KEY_ID.pattern.test(kid))) return undefined;
  return `its kid is not ${KEY_ID.expected}`;
}

/** Public half of a key as JWK (RFC 7517 §4), or `undefined` for a secret. */
export function publicJwkOf(key: KeyObject): Record<string, string> | undefined {
  if (key.type === 'secret') return undefined;
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'jwk' }) as Record<string, string>;
}

/** SHA-256 thumbprint of a public JWK, base64url (RFC 7638 §3). */
export function jwkThumbprint(jwk: Readonly<Record<string, unknown>>): string {
  // RFC 7638 §3.2: required members only, in lexicographic order.
  const names = jwk['kty'] === 'EC' ? ['crv', 'kty', 'x', 'y'] : ['e', 'kty', 'n'];
  const canonical = JSON.stringify(Object.fromEntries(names.map((name) => [name, jwk[name]])));
  return createHash('sha256').update(canonical).digest('base64url');
}

/** `kid` of a key: its RFC 7638 thumbprint; for a secret a MAC under it, which tells nothing that a token doesn't. */
export function keyIdOf(key: KeyObject, algorithm: SigningAlgorithm): string {
  const jwk = publicJwkOf(key);
  if (jwk !== undefined) return jwkThumbprint(jwk);
  if (!isHmac(algorithm)) throw new TypeError(`${algorithm} doesn't sign with a secret`);
  return createHmac('sha256', key).update('gatehouse:key-id').digest().subarray(0, 16).toString('base64url');
}
