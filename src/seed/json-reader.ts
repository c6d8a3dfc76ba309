import type { Mistakes } from '../configuration/mistakes.js';

/** Reads the members of one JSON object and notes, with their path, those that aren't what they should be. */
export class JsonReader {
  private readonly members: Readonly<Record<string, unknown>>;

  constructor(
    json: unknown,
    private readonly path: string,
    private readonly mistakes: Mistakes,
  ) {
    this.members = isObject(json) ? json : {};
    if (!isObject(json)) mistakes.add(path, 'expected an object');
  }

  text(name: string): string {
    const value = this.member(name);
    if (typeof value === 'string' && value !== '') return value;
    this.wrong(name, 'expected a text');
    return '';
  }

  optionalText(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }

  flag(name: string): boolean {
    const value = this.member(name) ?? false;
    if (typeof value === 'boolean') return value;
    this.wrong(name, 'expected true or false');
    return false;
  }

  texts(name: string): readonly string[] {
    const value = this.member(name) ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.wrong(name, 'expected a list of texts');
    return [];
  }

  list(name: string): readonly JsonReader[] {
    const value = this.member(name) ?? [];
    if (Array.isArray(value)) return value.map((item, index) => this.child(`${name}[${index}]`, item));
    this.wrong(name, 'expected a list');
    return [];
  }

  entries(name: string): readonly (readonly [string, JsonReader])[] {
    const value = this.member(name) ?? {};
    if (isObject(value))
      return Object.entries(value).map(([key, item]) => [key, this.child(`${name}.${key}`, item)]);
    this.wrong(name, 'expected an object');
    return [];
  }

  has(name: string): boolean {
    return this.member(name) !== undefined;
  }

  /** Notes members that nobody knows. */
  refuseOthers(known: readonly string[]): void {
    for (const name of Object.keys(this.members).filter((each) => !known.includes(each)))
      this.wrong(name, `no such member: expected ${known.join(', ')}`);
  }

  /** Notes a mistake in a member. */
  wrong(name: string, message: string): void {
    this.mistakes.add(`${this.path} ${name}`, message);
  }

  private member(name: string): unknown {
    return Object.hasOwn(this.members, name) ? (this.members[name] ?? undefined) : undefined;
  }

  private child(name: string, json: unknown): JsonReader {
    return new JsonReader(json, `${this.path} ${name}`, this.mistakes);
  }
}

function isObject(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
