import { type KeyObject, type SigningOptions, constants, createHmac, sign } from 'node:crypto';

/** Anything that can stand where a header or payload should: a value for JSON, or raw bytes. */
export type Part = object | string | number | null | Buffer;

/** Base64url of raw bytes, or of the JSON text of a value. */
export function encode(part: Part): string {
  const bytes = Buffer.isBuffer(part) ? part : Buffer.from(JSON.stringify(part));
  return bytes.toString('base64url');
}

/** A signature by any algorithm name with any key, sensible or not; unknown names count as RSA with SHA-256. */
export function rawSignature(algorithm: string, key: KeyObject | Buffer, input: string): Buffer {
  const hash = `sha${/(256|384|512)$/.exec(algorithm)?.[0] ?? '256'}`;
  if (algorithm.startsWith('HS')) return createHmac(hash, key).update(input).digest();
  const options: SigningOptions = algorithm.startsWith('ES')
    ? { dsaEncoding: 'ieee-p1363' }
    : algorithm.startsWith('PS')
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : {};
  return sign(hash, Buffer.from(input), { key: key as KeyObject, ...options });
}

/** A compact JWS of any header and payload, truly signed with `key` by `algorithm` (which the header need not name). */
export function forge(header: Part, payload: Part, algorithm: string, key: KeyObject | Buffer): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${rawSignature(algorithm, key, input).toString('base64url')}`;
}
