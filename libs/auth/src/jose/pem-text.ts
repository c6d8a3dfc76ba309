import { KeyMaterialError } from './key-material-error.js';

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([^]*?)-----END \1-----/g;
const LINE_LENGTH = /.{1,64}/g;
/** What other formats and places look like, and what to do about them. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [/\0/, 'the text is UTF-16: save it as UTF-8'],
  [/^(?:ssh-|ecdsa-sha2-)/, 'this is an OpenSSH public key: a private key as PEM is needed'],
  [
    /^-----BEGIN [A-Z0-9 ]+-----$/,
    'only the first line of the PEM is here: quote the value, or write \\n for its line ends',
  ],
  [/-----BEGIN /, 'the PEM has no matching END line: it was cut off'],
  [
    /^(?:file:|[./~\\]|[a-z]:\\)|\.(?:pem|key|jwk|json)$/i,
    'this looks like the path of a file: use keys.privateKeyFile',
  ],
  [/^MI[\w+/=\s-]+$/, 'this is the inside of a PEM: its BEGIN and END lines are missing'],
];

/** One block of a PEM text (RFC 7468), in its canonical layout. */
export interface PemBlock {
  /** E.g. `PRIVATE KEY`. */
  readonly label: string;
  readonly text: string;
}

/**
 * A key as environments and files carry it, as the text it once was: without a byte order mark, surrounding quotes and the
 * base64 around all of it.
 */
export function unwrappedKeyText(text: string): string {
  const bare = unquoted(text.trim());
  if (bare.startsWith('{') || bare.includes('-----BEGIN ')) return bare;
  const decoded = /^[\w+/=\s-]+$/.test(bare) ? Buffer.from(bare, 'base64').toString('utf8').trim() : '';
  return /^(?:\{|-----BEGIN )/.test(decoded) ? decoded : bare;
}

/**
 * The blocks of a PEM whose line ends were spelled out, replaced by spaces, indented or mixed with real ones; text around
 * them is no part of it.
 *
 * @throws KeyMaterialError that says what the text is instead
 */
export function pemBlocks(text: string): readonly PemBlock[] {
  // No alphabet of a PEM has a backslash.
  const lines = text.replaceAll(/\\+[rn]/g, '\n').replaceAll(/\r\n?/g, '\n');
  const blocks = [...lines.matchAll(BLOCK)].map(([, label = '', body = '']) => ({
    label,
    text: armoured(label, body),
  }));
  if (blocks.length > 0) return blocks;
  const hint = HINTS.find(([pattern]) => pattern.test(lines.trim()))?.[1];
  throw new KeyMaterialError(hint ?? 'expected PEM text or a JWK');
}

function armoured(label: string, body: string): string {
  const [headers, data] = splitHeaders(body);
  const wrapped = data.replaceAll(/\s+/g, '').match(LINE_LENGTH) ?? [];
  return [`-----BEGIN ${label}-----`, ...headers, ...wrapped, `-----END ${label}-----`, ''].join('\n');
}

// RFC 1421 §4.4: old encrypted keys name their cipher in headers, which an empty line ends.
function splitHeaders(body: string): [headers: readonly string[], data: string] {
  const lines = body.split('\n').map((line) => line.trim());
  const last = lines.findLastIndex((line) => line.includes(':'));
  if (last < 0) return [[], body];
  const headers = lines.slice(0, last + 1).filter((line) => line !== '');
  return [[...headers, ''], lines.slice(last + 1).join('\n')];
}

function unquoted(text: string): string {
  const quote = text[0];
  if (text.length < 2 || quote !== text.at(-1) || !['"', "'", '`'].includes(quote ?? '')) return text;
  return unquoted((fromJson(text) ?? text.slice(1, -1)).trim());
}

function fromJson(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
