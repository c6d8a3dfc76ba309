import type { JsonObject } from './strict-json.js';

// Keys that a token brings along or points to are never used (RFC 8725 §3.10); extensions are not understood (RFC 7515
// §4.1.11), nor are compression and nesting.
const REFUSED = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'zip', 'enc', 'cty'];

/** Why the header of a signed token isn't accepted, whatever kind it is of; `undefined` when it is. */
export function headerProblem(header: JsonObject): string | undefined {
  return REFUSED.some((name) => Object.hasOwn(header, name))
    ? 'the header has a member that tokens must not have'
    : undefined;
}
