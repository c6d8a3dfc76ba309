import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { digest } from '../kernel/opaque.js';
import { hashSubject } from '../subjects/subject-keys.js';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const HASH_BYTES = 16;
const HASH_DIGITS = 22;
// 95 bits, so that ids don't meet.
const RANDOM_DIGITS = 16;
// 43 digits of 62 are 256 bits.
const SECRET_DIGITS = 43;
const CHECKSUM_DIGITS = 6;

const ID = new RegExp(`^[0-9A-Za-z]{${HASH_DIGITS + RANDOM_DIGITS}}$`);
const AFTER_PREFIX = new RegExp(
  `^([0-9A-Za-z]{${HASH_DIGITS + RANDOM_DIGITS}})_([0-9A-Za-z]{${SECRET_DIGITS}})[0-9A-Za-z]{${CHECKSUM_DIGITS}}$`,
);

/** What a store is asked about a key: never its secret. */
export interface PresentedApiKey {
  readonly id: string;
  readonly secretHash: string;
}

/** A key that was just made; its text is known here and nowhere else. */
export interface IssuedApiKey extends PresentedApiKey {
  readonly text: string;
}

/**
 * How keys are written: `<prefix>_<id>_<secret><checksum>`. The id begins with the hash of the subject, so a key alone says
 * under which names it is stored; the checksum (CRC-32 of all before it) tells a typing error or the find of a scanner
 * from a key without asking anybody.
 */
export class ApiKeyGrammar {
  private readonly start: string;

  constructor(prefix: string) {
    this.start = `${prefix}_`;
  }

  /** A new key of a subject. @throws TypeError for a lone surrogate */
  issue(subject: string): IssuedApiKey {
    const hash = Buffer.from(hashSubject(subject), 'base64url');
    const id = inBase62(BigInt(`0x${hash.toString('hex')}`), HASH_DIGITS) + randomDigits(RANDOM_DIGITS);
    const secret = randomDigits(SECRET_DIGITS);
    const text = `${this.start}${id}_${secret}`;
    return { id, secretHash: digest(secret), text: text + checksumOf(text) };
  }

  /** What a text says that is written like a key of ours; `undefined` for every other. */
  read(text: string): PresentedApiKey | undefined {
    if (!text.startsWith(this.start)) return undefined;
    const [, id, secret] = AFTER_PREFIX.exec(text.slice(this.start.length)) ?? [];
    if (id === undefined || secret === undefined || !isApiKeyId(id)) return undefined;
    const body = text.slice(0, -CHECKSUM_DIGITS);
    if (text.slice(-CHECKSUM_DIGITS) !== checksumOf(body)) return undefined;
    return { id, secretHash: digest(secret) };
  }
}

/** Whether a text is written like the id of a key. */
export function isApiKeyId(text: string): boolean {
  return ID.test(text) && ownerHashOf(text) !== undefined;
}

/** Whether a key belongs to a subject; its id says so. */
export function isApiKeyOf(id: string, subject: string): boolean {
  return isApiKeyId(id) && ownerHashOf(id) === hashSubject(subject);
}

/** The hash of the subject in an id of a key; `undefined` when it is none. */
export function ownerHashOf(id: string): string | undefined {
  let number = 0n;
  for (const digit of id.slice(0, HASH_DIGITS)) number = number * 62n + BigInt(DIGITS.indexOf(digit));
  const hex = number.toString(16).padStart(HASH_BYTES * 2, '0');
  return hex.length > HASH_BYTES * 2 ? undefined : Buffer.from(hex, 'hex').toString('base64url');
}

function checksumOf(text: string): string {
  return inBase62(BigInt(crc32(text)), CHECKSUM_DIGITS);
}

function inBase62(number: bigint, length: number): string {
  let text = '';
  for (let rest = number; rest > 0n; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text;
  return text.padStart(length, '0');
}

function randomDigits(count: number): string {
  let text = '';
  while (text.length < count) {
    // 248 is 4 times 62: a byte above would make the first digits likelier.
    for (const byte of randomBytes(count)) if (byte < 248) text += DIGITS.charAt(byte % 62);
  }
  return text.slice(0, count);
}
