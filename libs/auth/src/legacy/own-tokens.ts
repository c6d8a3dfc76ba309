import { ACCESS_TOKEN_TYPES } from '../access-tokens/access-token-header.js';
import { parseCompactJws } from '../jose/compact-jws.js';
import { type JsonObject, parseStrictObject } from '../jose/strict-json.js';
import { SESSION_ID } from '../subjects/subject-keys.js';

/** What a text is, going by its form: nothing of it is verified. */
export type TokenForm =
  | { readonly kind: 'ours' | 'broken' }
  | {
      readonly kind: 'other';
      /** What the signature is over, or the whole text where it is no JWS. */
      readonly signed: string;
      /** Of a JWS, as it says. */
      readonly claims: JsonObject;
    };

// Under whatever prefix: another release may have had another one.
const REFRESH_TOKEN = new RegExp(`^[A-Za-z0-9]{1,16}_${SESSION_ID}\\.\\d+\\.[\\w-]+$`);

/**
 * Whose token a text can be. What could be ours, or looks like a JWS and is none, is never shown to the verifier of a host: a
 * token of ours that is refused must not come in by a check that knows less. The header is part of what is signed, so nobody
 * can make a token of ours look like another one.
 * @param foreignIssuer whose tokens this service accepts, where they aren't its own
 */
export function formOf(text: string, maxBytes: number, foreignIssuer: string | undefined): TokenForm {
  if (text.length > maxBytes) return { kind: 'broken' };
  if (REFRESH_TOKEN.test(text)) return { kind: 'ours' };
  const segments = text.split('.');
  if (segments.length !== 3) return { kind: 'other', signed: text, claims: {} };
  const jws = parseCompactJws(text, maxBytes);
  const claims = 'fault' in jws ? undefined : parseStrictObject(jws.payload);
  if ('fault' in jws || claims === undefined) return { kind: 'broken' };
  const isOurs =
    isAccessTokenType(jws.header['typ']) || (foreignIssuer !== undefined && claims['iss'] === foreignIssuer);
  // Some signatures can be written in another way and stay good: they don't tell one token from another.
  return isOurs ? { kind: 'ours' } : { kind: 'other', signed: segments.slice(0, 2).join('.'), claims };
}

function isAccessTokenType(typ: unknown): boolean {
  return typeof typ === 'string' && ACCESS_TOKEN_TYPES.has(typ.toLowerCase());
}
