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
    return isPlainlyNested(text) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

// The text is known to be JSON, so that braces, brackets, commas and strings are all there is to tell apart.
function isPlainlyNested(text: string): boolean {
  const nesting: (Set<string> | undefined)[] = [];
  let expectsName = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      if (expectsName && !addName(nesting.at(-1), text.slice(at, end + 1))) return false;
      expectsName = false;
      at = end;
    } else if (char === '{' || char === '[') {
      if (nesting.push(char === '{' ? new Set() : undefined) > MAX_DEPTH) return false;
      expectsName = char === '{';
    } else if (char === '}' || char === ']') {
      nesting.pop();
    } else if (char === ',') {
      expectsName = nesting.at(-1) !== undefined;
    }
  }
  return true;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function addName(names: Set<string> | undefined, quoted: string): boolean {
  const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  if (names === undefined || names.has(name)) return false;
  names.add(name);
  return true;
}
