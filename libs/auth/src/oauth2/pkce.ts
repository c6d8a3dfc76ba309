import { constantTimeEqual, digest } from '../kernel/opaque.js';

// RFC 7636 §4.1
const VERIFIER = /^[\w.~-]{43,128}$/;

/** Whether a verifier is the one of which a challenge is the S256 (RFC 7636 §4.6); there is no other method. */
export function isVerifierOf(challenge: string, verifier: string | undefined): boolean {
  return verifier !== undefined && VERIFIER.test(verifier) && constantTimeEqual(digest(verifier), challenge);
}
