import { digest } from '../../kernel/opaque.js';
import type { RevocableToken } from '../token-blacklist.store.js';

const NAME_BYTES = 16;
const SECOND_MS = 1000;

/** What stands for an issuer in keys. */
export function nameOfIssuer(issuer: string): string {
  return digest(issuer, NAME_BYTES);
}

/**
 * Whether a token may have been issued until an instant (epoch ms). Issuers write whole seconds, so one of the same second
 * counts as issued before; one that doesn't say when it was issued does so always.
 * Credentials of other schemes are no tokens of the issuer.
 */
export function isIssuedBy(
  { issuedAt = 0, scheme }: Pick<RevocableToken, 'issuedAt' | 'scheme'>,
  instant: number,
): boolean {
  if (scheme !== undefined) return false;
  return Math.floor(issuedAt / SECOND_MS) * SECOND_MS <= instant;
}

/** A credential of another scheme as the issuer would have dated it, if it is asked about by its age. @param now epoch ms */
export function datedByAge(token: RevocableToken, now: number): RevocableToken {
  const { scheme: _, ageMs, ...credential } = token;
  return ageMs === undefined ? token : { ...credential, issuedAt: now - ageMs };
}

/** Whether a token says that it is the issuer's. Legacy tokens and credentials of other schemes don't. */
export function isOfIssuer({ claims }: Pick<RevocableToken, 'claims'>, issuer: string | undefined): boolean {
  return issuer !== undefined && claims?.['iss'] === issuer;
}

/** The session of the issuer that a token belongs to (`sid`), where it says so. What others call a session is none of its. */
export function issuerSessionOf(
  token: Pick<RevocableToken, 'claims'>,
  issuer: string | undefined,
): string | undefined {
  const sessionId = isOfIssuer(token, issuer) ? token.claims?.['sid'] : undefined;
  return typeof sessionId === 'string' ? sessionId : undefined;
}
