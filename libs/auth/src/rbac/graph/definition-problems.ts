import type { AccessDefinitionError } from './access-definition.error.js';
import { type NameKind, nameFault } from './names.js';

type Problem = AccessDefinitionError['problems'][number];

/** The list of a definition a name is in. */
export type ListName = NonNullable<Problem['list']>;

// From this length on a Set finds repetitions; for a few names an array is faster.
const FEW = 16;

/** Collects what is wrong with a definition while it is read. */
export class DefinitionProblems {
  readonly all: Problem[] = [];

  malformed(role: string, message: string, place: Partial<Problem> = {}): void {
    this.all.push({ kind: 'malformed', role, message, ...place });
  }

  /** The valid, distinct names of a list. */
  names(value: unknown, role: string, list: ListName, kind: NameKind): readonly string[] {
    if (!Array.isArray(value)) {
      this.malformed(role, `${placeOf(role, list)} must be a list`, { list });
      return [];
    }
    const names: string[] = [];
    const seen = value.length > FEW ? new Set<string>() : undefined;
    for (let index = 0; index < value.length; index++) {
      const name: unknown = value[index];
      const isKnown = seen === undefined ? names.includes(name as string) : seen.has(name as string);
      if (isKnown) this.repeated(name as string, role, list, index);
      else if (this.isName(name, role, { list, index, kind })) {
        names.push(name);
        seen?.add(name);
      }
    }
    return names;
  }

  /** Whether a value is a name; says what is wrong when it isn't. */
  isName(
    name: unknown,
    role: string,
    { list, index, kind }: { readonly list: ListName; readonly index: number; readonly kind: NameKind },
  ): name is string {
    const fault = nameFault(kind, name);
    if (fault === undefined) return true;
    const message = `${placeOf(role, list)}[${index}] ${quote(name)} ${fault.message} (position ${fault.position})`;
    const known = typeof name === 'string' ? { name } : {};
    this.malformed(role, message, { list, index, ...known, position: fault.position });
    return false;
  }

  /** Reports a name that is there already. */
  repeated(name: string, role: string, list: ListName, index: number): void {
    const message = `${placeOf(role, list)}[${index}] names '${name}' again`;
    this.all.push({ kind: 'duplicate', role, list, name, index, message });
  }
}

function placeOf(role: string, list: ListName): string {
  return list === 'inherits' || list === 'grants' ? `role '${role}': ${list}` : list;
}

function quote(value: unknown): string {
  if (typeof value !== 'string') return '';
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
