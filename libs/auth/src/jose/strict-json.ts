const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Deepest nesting that is read. */
export const MAX_DEPTH = 16;

/** A JSON object. */
export type JsonObject = Record<string, unknown>;

/**
 * Reads a JSON object from UTF-8 bytes, or `undefined` when it is anything else, nests too deeply or names a member twice:
 * readers disagree on which of two members counts (RFC 7515 §4 and RFC 7519 §4 allow to refuse).
 */
export function parseStrictObject(bytes: Uint8Array): JsonObject | undefined {
  try {
    const text = utf8.decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // Of members with one name JSON.parse keeps the last, so that more were written than there are.
    return membersWithin(value, MAX_DEPTH) === membersWritten(text) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** How many members an object and all within it have; `NaN` where they nest too deeply. */
function membersWithin(value: object, depth: number): number {
  if (depth === 0) return NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const part of value as unknown[])
      if (typeof part === 'object' && part !== null) count += membersWithin(part, depth - 1);
    return count;
  }
  for (const name of Object.keys(value)) {
    const part = (value as JsonObject)[name];
    count += 1;
    if (typeof part === 'object' && part !== null) count += membersWithin(part, depth - 1);
  }
  return count;
}

const QUOTE = 0x22;
const COLON = 0x3a;

/** How many members a text names. It is known to be JSON, so each colon outside of a string stands behind the name of one. */
function membersWritten(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === COLON) count += 1;
    else if (char === QUOTE) at = endOfString(text, at);
  }
  return count;
}

function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (isEscaped(text, at)) at = text.indexOf('"', at + 1);
  return at;
}

/** Behind an odd number of backslashes. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before -= 1;
  return (at - before) % 2 === 1;
}
