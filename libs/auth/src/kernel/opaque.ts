import { createHash, randomBytes, randomFillSync, timingSafeEqual } from 'node:crypto';

/** A fresh identifier from the CSPRNG, base64url; 32 bytes (256 bits) unless told otherwise. */
export function randomId(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

const NAME_BYTES = 16;
// To ask for a few bytes costs as much as for many.
const names = { bytes: Buffer.alloc(256 * NAME_BYTES), used: Infinity };

/** A fresh identifier of 128 bits that is no secret; what is one is drawn when it is needed, by {@link randomId}. */
export function randomName(): string {
  if (names.used >= names.bytes.length) {
    randomFillSync(names.bytes);
    names.used = 0;
  }
  return names.bytes.toString('base64url', names.used, (names.used += NAME_BYTES));
}

/** SHA-256 of a text, base64url, cut to `bytes` bytes: for keys of stores, never for secrets of low entropy. */
export function digest(text: string, bytes = 32): string {
  return createHash('sha256').update(text).digest().subarray(0, bytes).toString('base64url');
}

/** Compares two texts in a time that depends only on their lengths. */
export function constantTimeEqual(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Decodes base64url, or `undefined` unless the text is its one canonical spelling (stray trailing bits are refused). */
export function decodeCanonicalBase64Url(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : undefined;
}
