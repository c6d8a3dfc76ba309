import { createHash, randomBytes, randomFillSync, timingSafeEqual } from 'node:crypto';

/** A fresh identifier from the CSPRNG, base64url; 32 bytes (256 bits) unless told otherwise. */
export function randomId(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

const NAME_BYTES = 16;
// To ask for a few bytes costs as much as for many.
const NAMES_AHEAD = 256;

/** Identifiers of 128 bits that are no secrets, drawn in advance; what is a secret is drawn when it is needed, by {@link randomId}. */
export class RandomNames {
  private readonly bytes = Buffer.alloc(NAMES_AHEAD * NAME_BYTES);
  private used = Infinity;

  /** A fresh one. */
  next(): string {
    if (this.used >= this.bytes.length) {
      randomFillSync(this.bytes);
      this.used = 0;
    }
    return this.bytes.toString('base64url', this.used, (this.used += NAME_BYTES));
  }
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
