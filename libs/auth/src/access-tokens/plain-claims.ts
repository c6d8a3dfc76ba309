import { MAX_DEPTH } from '../jose/strict-json.js';

/** A claim's name, as in `tenant.since` or `groups[2]`. */
type Path = string;

/**
 * Claims of the host as plain data: copied, so that nothing of the host runs while they are signed, and free of what JSON
 * would drop or turn into something else. A member that is `undefined` is left out.
 * @param told whose they are, for errors
 * @throws TypeError that names the claim and what it is
 */
export function plainClaims(
  claims: unknown,
  told = 'accessTokens.claims',
): Readonly<Record<string, unknown>> {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims))
    throw new TypeError(`${told}: the answer is no object`);
  try {
    return copyMembers(claims, '', [claims]);
  } catch (error) {
    throw error instanceof NotPlain ? new TypeError(`${told}: ${error.message}`) : error;
  }
}

class NotPlain extends TypeError {}

function copyMembers(source: object, path: Path, above: readonly object[]): Record<string, unknown> {
  const members = Object.entries(source)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, copy(value, path === '' ? name : `${path}.${name}`, above)] as const);
  // Defines each member, whatever its name: `__proto__` is one as well.
  return Object.fromEntries(members);
}

function copy(value: unknown, path: Path, above: readonly object[]): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'object') throw refusal(path, kindOf(value));
  if (above.includes(value)) throw refusal(path, 'contains itself');
  if (above.length >= MAX_DEPTH) throw refusal(path, `is nested deeper than ${MAX_DEPTH} levels`);
  if (Array.isArray(value))
    return Array.from(value as unknown[], (entry, at) => copy(entry, `${path}[${at}]`, [...above, value]));
  if (!isPlain(value)) throw refusal(path, kindOf(value));
  return copyMembers(value, path, [...above, value]);
}

/** An object literal, one without prototype, or one of another realm. */
function isPlain(value: object): boolean {
  if ('toJSON' in value && typeof value.toJSON === 'function') return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null)
    return `is ${typeof value === 'number' ? String(value) : `a ${typeof value}`}`;
  if (value instanceof Date) return 'is a Date: write its toISOString(), or seconds';
  return 'is an object of a class';
}

function refusal(path: Path, what: string): NotPlain {
  return new NotPlain(
    `"${path}" ${what}; claims are text, finite numbers, booleans, null, lists and plain objects`,
  );
}
