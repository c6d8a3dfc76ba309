import type { Jwk } from './key-material.js';

/** Why a JWK isn't meant for what it shall do, or `undefined` when it is, or doesn't say (RFC 7517 §4.2, §4.3). */
export function jwkPurposeProblem(
  { use, key_ops: operations }: Jwk,
  operation: 'sign' | 'verify',
): string | undefined {
  if (use !== undefined && use !== 'sig') return "the JWK's use is not sig: it is not for signatures";
  if (operations === undefined) return undefined;
  // The private half of a pair verifies through its public one.
  const wanted = operation === 'sign' ? ['sign'] : ['verify', 'sign'];
  const isMeant = Array.isArray(operations) && wanted.some((name) => operations.includes(name));
  return isMeant ? undefined : `the JWK's key_ops lack ${operation}`;
}
