import { ConfigurationFindings } from './configuration-error.js';
import { type DurationBounds, readDuration } from '../duration.js';
import { nearestName } from './nearest-name.js';
import {
  ANY_TEXT,
  type CountBounds,
  type GroupShape,
  isText,
  type ListBounds,
  type TextShape,
} from './option-shapes.js';

/**
 * Reads one group of options by name. `undefined` is an option that was not given; every other value that is not sound
 * becomes a finding, and the fallback goes on in its place so that all mistakes are found in one go.
 */
export class OptionReader<Options extends object> {
  private readonly known = new Set<string>();

  constructor(
    private readonly given: Readonly<Record<string, unknown>>,
    private readonly path: string,
    readonly findings: ConfigurationFindings,
  ) {}

  /** The value as it was given; for the options no other verb fits. */
  raw(name: keyof Options & string): unknown {
    this.known.add(name);
    return this.given[name];
  }

  /** Whether the option was given at all. */
  has(name: keyof Options & string): boolean {
    return this.raw(name) !== undefined;
  }

  /** Reports an option that was not given. @param hint what to write */
  require(name: keyof Options & string, hint: string): void {
    if (!this.has(name)) this.refuse(name, `is required: ${hint}`);
  }

  /** Reports a mistake of this option. */
  refuse(name: keyof Options & string, message: string): void {
    this.findings.add(this.pathOf(name), message);
  }

  /** Milliseconds of a `Duration`. */
  duration(name: keyof Options & string, fallbackMs: number, bounds?: DurationBounds): number {
    const value = this.raw(name);
    if (value === undefined) return fallbackMs;
    return readDuration(value, bounds, (message) => this.refuse(name, message)) ?? fallbackMs;
  }

  /** A whole number. */
  count(name: keyof Options & string, fallback: number, bounds: CountBounds = {}): number {
    const { min = 1, max = Number.MAX_SAFE_INTEGER } = bounds;
    const range = bounds.max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
    const isCount = (value: unknown): boolean =>
      Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
    return this.instance<number>(name, isCount, `a whole number ${range}`) ?? fallback;
  }

  /** One of some words, the first of which is the default. */
  choice<const T extends string | number>(name: keyof Options & string, choices: readonly [T, ...T[]]): T {
    const expected = choices.map((choice) => JSON.stringify(choice)).join(' or ');
    const isChoice = (value: unknown): boolean => (choices as readonly unknown[]).includes(value);
    return this.instance<T>(name, isChoice, expected) ?? choices[0];
  }

  /** `true` or `false`. */
  flag(name: keyof Options & string, fallback: boolean): boolean {
    return this.instance<boolean>(name, (value) => typeof value === 'boolean', 'true or false') ?? fallback;
  }

  /** Text of a shape. */
  text(name: keyof Options & string, fallback: string, shape?: TextShape): string;
  text(name: keyof Options & string, fallback: undefined, shape?: TextShape): string | undefined;
  text(name: keyof Options & string, fallback: string | undefined, shape = ANY_TEXT): string | undefined {
    return this.instance<string>(name, isText(shape), shape.expected) ?? fallback;
  }

  /** A list of texts of a shape. */
  texts(
    name: keyof Options & string,
    fallback: readonly string[],
    shape: TextShape = ANY_TEXT,
    bounds?: ListBounds,
  ): readonly string[] {
    const read = (entry: unknown, path: string): string | undefined => {
      if (isText(shape)(entry)) return entry as string;
      this.findings.add(path, `expected ${shape.expected}`);
      return undefined;
    };
    return this.list(name, read, bounds) ?? Object.freeze([...fallback]);
  }

  /** A list, each entry of which `read` turns into what is kept; `undefined` when none was given or it is no list. */
  list<T>(
    name: keyof Options & string,
    read: (entry: unknown, path: string) => T | undefined,
    { min = 0 }: ListBounds = {},
  ): readonly T[] | undefined {
    const given = this.instance<readonly unknown[]>(name, Array.isArray, 'a list');
    if (given !== undefined && given.length < min) this.refuse(name, 'the list is empty');
    // A hole is an entry that was forgotten.
    const entries = given && Array.from(given, (entry, at) => read(entry, `${this.pathOf(name)}[${at}]`));
    return entries && Object.freeze(entries.filter((entry) => entry !== undefined));
  }

  /** What `read` makes of each entry of an object whose names are the host's. */
  record<T>(name: keyof Options & string, read: (entry: unknown, path: string) => T): ReadonlyMap<string, T> {
    const given = this.instance<object>(name, isObject, 'an object') ?? {};
    return new Map(
      Object.entries(given).map(([key, entry]) => [key, read(entry, `${this.pathOf(name)}.${key}`)]),
    );
  }

  /** A function of the host. */
  function<F>(name: keyof Options & string): F | undefined {
    return this.instance<F>(name, (value) => typeof value === 'function', 'a function');
  }

  /** A value that `isSound` recognises. */
  instance<T>(
    name: keyof Options & string,
    isSound: (value: unknown) => boolean,
    expected: string,
  ): T | undefined {
    const value = this.raw(name);
    if (value === undefined || isSound(value)) return value as T | undefined;
    this.refuse(name, `expected ${expected}`);
    return undefined;
  }

  /** A nested group; `resolve` gets an empty one when it wasn't given or is no object. */
  group<Nested extends object, T>(
    name: keyof Options & string,
    resolve: (read: OptionReader<Nested>) => T,
    shape?: GroupShape,
  ): T {
    return readOptions<Nested, T>(this.raw(name), this.pathOf(name), this.findings, resolve, shape);
  }

  /** Where an option stands, for findings. */
  pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }

  /** What nobody has read is no option. */
  refuseUnread({ stranger = 'is not an option', elsewhere }: GroupShape = {}): void {
    const { names, message } = elsewhere ?? { names: [], message: '' };
    const known = [...this.known, ...names];
    for (const [name, value] of Object.entries(this.given)) {
      if (this.known.has(name) || value === undefined) continue;
      const nearest = names.includes(name) ? undefined : nearestName(name, known);
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`;
      this.findings.add(this.pathOf(name), names.includes(name) ? message : `${stranger}${hint}`);
    }
  }
}

/** Resolves a group of options; whatever `resolve` doesn't read is a finding. */
export function readOptions<Options extends object, T>(
  given: unknown,
  path: string,
  findings: ConfigurationFindings,
  resolve: (read: OptionReader<Options>) => T,
  shape: GroupShape = {},
): T {
  const isGroup = given === undefined || isObject(given);
  if (!isGroup) findings.add(path === '' ? 'options' : path, `expected ${shape.expected ?? 'an object'}`);
  // What isn't there has no further mistakes.
  const collected = isGroup ? findings : new ConfigurationFindings();
  const reader = new OptionReader<Options>(isObject(given) ? given : {}, path, collected);
  const resolved = resolve(reader);
  reader.refuseUnread(shape);
  return resolved;
}

/** Whether a value can hold options. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
