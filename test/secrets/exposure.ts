import { inspect, types } from 'node:util';

/** A secret and a name for it that may be shown. */
export type Secrets = Readonly<Record<string, string | Buffer>>;

/** Every spelling of the secrets that a reader could turn back. */
function spellingsOf(secrets: Secrets): ReadonlyMap<string, string> {
  const spellings = new Map<string, string>();
  for (const [name, secret] of Object.entries(secrets)) {
    const bytes = Buffer.from(secret);
    const forms = {
      text: bytes.toString('latin1'),
      hex: bytes.toString('hex'),
      base64: bytes.toString('base64').replace(/=+$/, ''),
      base64url: bytes.toString('base64url'),
      // What `inspect` writes of a Buffer, and JSON of one.
      dump: spelledOut(bytes, (byte) => byte.toString(16).padStart(2, '0'), ' '),
      list: spelledOut(bytes, String, ','),
    };
    for (const [form, text] of Object.entries(forms))
      if (text !== '') spellings.set(text, `${name} as ${form}`);
  }
  return spellings;
}

// `inspect` cuts Buffers short: the beginning tells enough.
const spelledOut = (bytes: Buffer, spell: (byte: number) => string, separator: string): string =>
  [...bytes.subarray(0, 12)].map(spell).join(separator);

// PEM, or a private JWK as JSON or as `inspect` writes it: nobody can list keys that the library made by itself.
const PRIVATE_KEY = /PRIVATE KEY-----|["\s{]d"?: ?["'][\w-]{40,}/;

// More than any logger: what is shared is written out at each place it is reached from, and `walk` goes to the end.
const DEPTH = 6;

/** Looks for secrets in whatever is shown, and remembers where. */
export class Exposure {
  private readonly spellings: ReadonlyMap<string, string>;
  readonly found = new Set<string>();
  /** How much was looked at, so that a test can tell that it looked at all. */
  characters = 0;

  constructor(secrets: Secrets) {
    this.spellings = spellingsOf(secrets);
  }

  /** Looks at a text. */
  lookAt(text: string, place: string): void {
    this.characters += text.length;
    for (const [spelling, name] of this.spellings)
      if (text.includes(spelling)) this.found.add(`${place}: ${name}`);
    if (PRIVATE_KEY.test(text)) this.found.add(`${place}: a private key`);
  }

  /** Shows a value in every way a host could without meaning to. */
  show(value: unknown, place: string): void {
    const ways: Record<string, () => unknown> = {
      String: () => String(value),
      template: () => `shown: ${value as string}`,
      JSON: () => JSON.stringify(value, withoutCycles()),
      inspect: () =>
        inspect(value, { showHidden: true, depth: DEPTH, maxArrayLength: null, maxStringLength: null }),
      // Of prototypes as well: what an accessor answers is one step away.
      accessors: () => inspect(value, { showHidden: true, depth: 4, getters: true }),
      clone: () => inspect(structuredClone(value), { showHidden: true, depth: DEPTH }),
    };
    for (const [way, spell] of Object.entries(ways)) {
      try {
        this.lookAt(String(spell()), `${place} by ${way}`);
      } catch (error) {
        // Not everything has a text, a JSON form or a clone; but everything can be inspected.
        if (way === 'inspect') throw error;
      }
    }
  }

  /** Follows every property of its own that a value has, hidden ones and symbols included, as far as they lead. */
  walk(root: unknown, place: string, seen = new Set<unknown>()): void {
    const left: [unknown, string][] = [[root, place]];
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const [value, path] = next;
      if (typeof value === 'string') this.lookAt(path.endsWith('.d') ? ` d: '${value}'` : value, path);
      if (!isReference(value) || seen.has(value)) continue;
      seen.add(value);
      if (ArrayBuffer.isView(value))
        this.lookAt(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1'), path);
      else
        left.push(...childrenOf(value).map(([name, child]): [unknown, string] => [child, `${path}.${name}`]));
    }
  }
}

function isReference(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function childrenOf(value: object): [string, unknown][] {
  const descriptors = Object.getOwnPropertyDescriptors(value) as Record<string | symbol, PropertyDescriptor>;
  const own = Reflect.ownKeys(descriptors).map((name): [string, unknown] => [
    String(name),
    descriptors[name]?.value,
  ]);
  if (types.isMap(value))
    return [
      ...own,
      ...[...value].flatMap(([key, entry]): [string, unknown][] => [
        ['key', key],
        [typeof key === 'string' ? key : 'entry', entry],
      ]),
    ];
  return types.isSet(value)
    ? [...own, ...[...value].map((entry): [string, unknown] => ['entry', entry])]
    : own;
}

function withoutCycles() {
  const seen = new Set<unknown>();
  return (_name: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return '[seen]';
    seen.add(value);
    return types.isMap(value) ? [...value] : types.isSet(value) ? [...value] : value;
  };
}
