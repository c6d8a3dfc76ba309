import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { forge } from '../tokens/forge.js';

/** Somebody who holds a key. */
export interface Holder {
  readonly algorithm: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const curves = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' } as const;

/** A holder of a new key. */
export function holder(algorithm: keyof typeof curves = 'ES256'): Holder {
  return { algorithm, ...generateKeyPairSync('ec', { namedCurve: curves[algorithm] }) };
}

/** A holder of an RSA key. */
export function rsaHolder(algorithm = 'RS256', modulusLength = 2048): Holder {
  return { algorithm, ...generateKeyPairSync('rsa', { modulusLength }) };
}

/** How a proof differs from a good one. */
export interface ProofShape {
  readonly header?: object;
  readonly claims?: object;
  readonly algorithm?: string;
  readonly key?: KeyObject | Buffer;
}

/** The public JWK of a holder. */
export function jwkOf({ publicKey }: Holder): Readonly<Record<string, unknown>> {
  return { ...publicKey.export({ format: 'jwk' }) };
}

/** What RFC 7638 calls the key of a holder, worked out apart from the library. */
export function thumbprintOf(of: Holder): string {
  const { crv, e, kty, n, x, y } = jwkOf(of);
  const members = kty === 'EC' ? { crv, kty, x, y } : { e, kty, n };
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}

/** What `ath` says of an access token. */
export function hashOf(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('base64url');
}

/** A proof for a request (RFC 9449 §4.2). */
export function proof(
  by: Holder,
  [htm, htu]: readonly [method: string, uri: string],
  { header, claims, algorithm = by.algorithm, key = by.privateKey }: ProofShape = {},
): string {
  const good = { jti: randomUUID(), htm, htu, iat: Math.floor(Date.now() / 1000) };
  const typed = { typ: 'dpop+jwt', alg: algorithm, jwk: jwkOf(by), ...header };
  return forge(typed, { ...good, ...claims }, algorithm, key);
}
