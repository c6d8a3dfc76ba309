import type { Principal } from '../../kernel/principal.js';
import { decodeCanonicalBase64Url, digest, randomId } from '../../kernel/opaque.js';

const HALF_BYTES = 16;
const HALF_CHARS = 22;
const SHAPE = /^[A-Za-z0-9_-]{44}$/;

/** The hash under which everything about a subject is kept: 128 bits of SHA-256, base64url. */
export function hashSubject(subject: string): string {
  return digest(subject, HALF_BYTES);
}

/**
 * A fresh session id: the subject's hash, then 128 random bits. So whoever holds a session id knows where everything
 * about its subject is stored, and no look-up table is needed.
 */
export function createSessionId(subject: string): string {
  return hashSubject(subject) + randomId(HALF_BYTES);
}

/** The subject's hash inside a session id. */
export function subjectHashOf(sessionId: string): string {
  return sessionId.slice(0, HALF_CHARS);
}

/** The subject's hash for a token: taken from its session id where that is one of ours, which is cheaper than hashing. */
export function subjectHashOfToken(token: Pick<Principal, 'sessionId' | 'subject'>): string {
  const { sessionId, subject } = token;
  return sessionId !== undefined && SHAPE.test(sessionId) ? subjectHashOf(sessionId) : hashSubject(subject);
}

/** Whether a text is the canonical spelling of a session id. */
export function isSessionId(text: string): boolean {
  const halves = [text.slice(0, HALF_CHARS), text.slice(HALF_CHARS)];
  return halves.every((half) => decodeCanonicalBase64Url(half)?.length === HALF_BYTES);
}
