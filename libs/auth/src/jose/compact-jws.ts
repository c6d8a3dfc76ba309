import { decodeCanonicalBase64Url } from '../kernel/opaque.js';
import { type JsonObject, parseStrictObject } from './strict-json.js';

/** A JWS in compact form (RFC 7515 §7.1), taken apart; nothing of it is verified yet. */
export interface CompactJws {
  readonly header: JsonObject;
  /** The bytes of the payload, to be read once the signature is known to be good. */
  readonly payload: Uint8Array;
}

/** The segments of a JWS, whose header nobody has read yet. */
export interface JwsSegments {
  /** As it stands in the token; {@link readJwsHeader} reads it. */
  readonly header: string;
  readonly payload: Uint8Array;
  /** What the signature is over. */
  readonly input: Uint8Array;
  readonly signature: Uint8Array;
}

/** Why a text is not a compact JWS; never quotes it. */
export interface JwsFault {
  readonly fault: string;
}

const NOT_CANONICAL: JwsFault = { fault: 'a segment is not canonical base64url' };

/** Takes a token apart: size, three segments, each the one canonical spelling of its bytes. */
export function parseCompactJws(token: string, maxBytes: number): CompactJws | JwsFault {
  const segments = segmentsOf(token, maxBytes);
  if ('fault' in segments) return segments;
  const header = readJwsHeader(segments.header);
  return 'fault' in header ? header : { header: header.members, payload: segments.payload };
}

/** {@link parseCompactJws} without a look at the header: most tokens have one that was read before. */
export function segmentsOf(token: string, maxBytes: number): JwsSegments | JwsFault {
  if (typeof token !== 'string' || token === '') return { fault: 'there is no token' };
  // Base64url and dots only from here on, so characters are bytes.
  if (token.length > maxBytes) return { fault: 'the token is too long' };
  const segments = token.split('.', 4);
  if (segments.length !== 3 || segments.includes('')) return { fault: 'a token has three segments' };
  const [header, payload, signature] = segments as [string, string, string];
  const payloadBytes = decodeCanonicalBase64Url(payload);
  const signatureBytes = decodeCanonicalBase64Url(signature);
  if (payloadBytes === undefined || signatureBytes === undefined) return NOT_CANONICAL;
  const input = Buffer.from(token.slice(0, header.length + 1 + payload.length), 'latin1');
  return { header, payload: payloadBytes, input, signature: signatureBytes };
}

/** Reads the header of a token. */
export function readJwsHeader(text: string): { readonly members: JsonObject } | JwsFault {
  const bytes = decodeCanonicalBase64Url(text);
  if (bytes === undefined) return NOT_CANONICAL;
  const members = parseStrictObject(bytes);
  return members === undefined ? { fault: 'the header is not a plain JSON object' } : { members };
}
