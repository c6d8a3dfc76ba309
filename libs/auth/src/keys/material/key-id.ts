import { type KeyObject, createHash, createHmac, createPublicKey } from 'node:crypto';
import { isHmac, type SigningAlgorithm } from './signing-algorithm.js';

/** Public half of a key as JWK (RFC 7517 §4), or `undefined` for a secret. */
export function publicJwkOf(key: KeyObject): Record<string, string> | undefined {
  if (key.type === 'secret') return undefined;
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  const plain = publicKey.asymmetricKeyType === 'rsa-pss' ? withoutPssLimits(publicKey) : publicKey;
  return plain.export({ format: 'jwk' }) as Record<string, string>;
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

// An RSASSA-PSS key (RFC 4055) has no JWK form; its modulus and exponent do, as those of a plain RSA key.
function withoutPssLimits(key: KeyObject): KeyObject {
  const spki = key.export({ format: 'der', type: 'spki' });
  return createPublicKey({ key: rsaSpkiOf(spki), format: 'der', type: 'spki' });
}

const RSA_ENCRYPTION = Buffer.from('300d06092a864886f70d0101010500', 'hex');

function rsaSpkiOf(pssSpki: Buffer): Buffer {
  const [, outer] = derElement(pssSpki, 0);
  const [algorithmEnd] = derElement(pssSpki, outer);
  const body = Buffer.concat([RSA_ENCRYPTION, pssSpki.subarray(algorithmEnd)]);
  return Buffer.concat([Buffer.from([0x30, 0x82, body.length >> 8, body.length & 0xff]), body]);
}

/** End and content start of the DER element at `offset`. */
function derElement(der: Buffer, offset: number): [end: number, content: number] {
  const first = der.readUInt8(offset + 1);
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const length = lengthBytes === 0 ? first : der.readUIntBE(offset + 2, lengthBytes);
  const content = offset + 2 + lengthBytes;
  return [content + length, content];
}
