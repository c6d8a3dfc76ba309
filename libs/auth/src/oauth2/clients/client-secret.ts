import { constantTimeEqual, digest, randomId } from '../../kernel/opaque.js';
import { isIdentifier } from '../../kernel/text.js';

// Told by scanners of repositories and logs.
const PREFIX = 'ghcs_';
const HASH = /^sha256:[\w-]{43}$/;

/** Compared with where there are fewer, so that an unknown client costs what a known one does, a secret being replaced included. */
const NOBODYS_HASHES = ['', ' '].map(hashOf);

/**
 * A new secret of a client. Show `secret` once and keep `hash` only.
 * @param secret one that the client has already; it must be as hard to guess as a new one, since no slow hash protects it
 * @throws TypeError for a text that is empty or not well-formed
 */
export function createClientSecret(secret: string = newSecret()): {
  readonly secret: string;
  readonly hash: string;
} {
  if (!isIdentifier(secret))
    throw new TypeError('the secret of a client must be non-empty, well-formed text');
  return { secret, hash: hashOf(secret) };
}

/** Whether something is a hash that `createClientSecret()` made. */
export function isSecretHash(value: unknown): value is string {
  return typeof value === 'string' && HASH.test(value);
}

/** Whether a secret belongs to one of some hashes, in a time that tells nothing of them. */
export function isSecretOf(secret: string, hashes: readonly string[]): boolean {
  const presented = hashOf(secret);
  const matches = [...hashes, ...NOBODYS_HASHES.slice(hashes.length)].map((hash) =>
    constantTimeEqual(presented, hash),
  );
  return matches.slice(0, hashes.length).includes(true);
}

// 256 random bits: what can't be guessed needs no slow hash.
function newSecret(): string {
  return PREFIX + randomId();
}

function hashOf(secret: string): string {
  return `sha256:${digest(secret)}`;
}
