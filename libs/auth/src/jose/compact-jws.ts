import { decodeCanonicalBase64Url } from '../kernel/opaque.js';
import { type JsonObject, parseStrictObject } from './strict-json.js';

/** A JWS in compact form (RFC 7515 §7.1), taken apart; nothing of it is verified yet. */
export interface CompactJws {
  readonly header: JsonObject;
  /** The bytes of the payload, to be read once the signature is known to be good. */
  readonly payload: Uint8Array;
}

/** Why a text is not a compact JWS; never quotes it. */
export interface JwsFault {
  readonly fault: string;
}

/** Takes a token apart: size, three segments, each the one canonical spelling of its bytes. */
export function parseCompactJws(token: string, maxBytes: number): CompactJws | JwsFault {
  if (typeof token !== 'string' || token === '') return { fault: 'there is no token' };
  // Base64url and dots only from here on, so characters are bytes.
  if (token.length > maxBytes) return { fault: 'the token is too long' };
  const segments = token.split('.', 4);
  if (segments.length !== 3 || segments.includes('')) return { fault: 'a token has three segments' };
  const [header, payload, signature] = segments.map(decodeCanonicalBase64Url);
  if (header === undefined || payload === undefined || signature === undefined)
    return { fault: 'a segment is not canonical base64url' };
  const members = parseStrictObject(header);
  if (members === undefined) return { fault: 'the header is not a plain JSON object' };
  return { header: members, payload };
}
