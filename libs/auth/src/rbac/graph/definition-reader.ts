import { DefinitionProblems, type ListName } from './definition-problems.js';
import type { NameKind } from './names.js';

/** A definition in one shape: what was a name is a key of a `Map`, so `constructor` and `__proto__` are names like others. */
export interface ReadDefinition {
  readonly roles: ReadonlyMap<string, ReadRole>;
  /** Roles with a malformed or repeated name: not part of the graph, but what they inherit is checked as well. */
  readonly misnamed: readonly (readonly [name: string, role: ReadRole])[];
  readonly scopes: ReadonlyMap<string, readonly string[]>;
  readonly permissions: readonly string[] | undefined;
}

/** One role as read: valid, distinct entries only. */
export interface ReadRole {
  readonly inherits: readonly string[];
  readonly grants: readonly string[];
}

interface Row {
  readonly name: string;
  readonly value: unknown;
  /** Whether the name is malformed or was there already. */
  readonly isMisnamed: boolean;
}

/** Reads a definition of unknown origin; what is wrong is collected and left out, so that everything can be reported at once. */
export class DefinitionReader {
  readonly problems = new DefinitionProblems();

  read(definition: unknown): ReadDefinition {
    const field = this.fields(definition, '', ['roles', 'scopes', 'permissions']);
    const roles = new Map<string, ReadRole>();
    const misnamed: [string, ReadRole][] = [];
    for (const { name, value, isMisnamed } of this.rows(field('roles'), 'roles', 'role')) {
      const role = this.role(name, value);
      if (isMisnamed) misnamed.push([name, role]);
      else roles.set(name, role);
    }
    const scopes = new Map<string, readonly string[]>();
    if (field('scopes') !== undefined)
      for (const { name, value, isMisnamed } of this.rows(field('scopes'), 'scopes', 'scope')) {
        const patterns = this.problems.names(value, name, 'scopes', 'pattern');
        if (!isMisnamed) scopes.set(name, patterns);
      }
    const permissions = field('permissions');
    return {
      roles,
      misnamed,
      scopes,
      permissions:
        permissions === undefined
          ? undefined
          : this.problems.names(permissions, '', 'permissions', 'permission'),
    };
  }

  private role(name: string, value: unknown): ReadRole {
    const field = this.fields(value, name, ['inherits', 'grants']);
    const list = (of: 'inherits' | 'grants', kind: NameKind): readonly string[] => {
      const names = field(of);
      return names === undefined ? [] : this.problems.names(names, name, of, kind);
    };
    return { inherits: list('inherits', 'role'), grants: list('grants', 'pattern') };
  }

  /** Reads own properties of an object; a misspelt one must not silently mean "nothing". */
  private fields(value: unknown, role: string, known: readonly string[]): (name: string) => unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.problems.malformed(role, `${whose(known, role)} must be an object`);
      return () => undefined;
    }
    for (const name of Object.keys(value))
      if (!known.includes(name))
        this.problems.malformed(
          role,
          `${whose(known, role)} has an unknown property ${JSON.stringify(name)}`,
          { name },
        );
    return (name) => (Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined);
  }

  private *rows(value: unknown, list: 'roles' | 'scopes', kind: NameKind): Iterable<Row> {
    const seen = new Set<string>();
    let index = -1;
    for (const [key, entry] of this.entries(value, list)) {
      index++;
      const name = typeof key === 'string' ? key : '';
      const isName = this.problems.isName(key, name, { list, index, kind });
      const isRepeated = isName && seen.has(name);
      if (isRepeated) this.problems.repeated(name, name, list, index);
      seen.add(name);
      yield { name, value: entry, isMisnamed: !isName || isRepeated };
    }
  }

  private entries(value: unknown, list: ListName): Iterable<readonly [unknown, unknown]> {
    if (value instanceof Map) return value as Map<unknown, unknown>;
    // What a store answers that has lost its rows; without this a reload would take every right from everybody.
    if (Array.isArray(value) && value.length === 0)
      this.problems.malformed('', `${list} is an empty list; write {} where there are none`, { list });
    if (Array.isArray(value)) return this.pairs(value, list);
    if (isPlainObject(value)) return Object.entries(value);
    // A definition that is no object at all was reported already.
    if (value !== undefined || this.problems.all.length === 0)
      this.problems.malformed('', `${list} must be an object, a Map or a list of [name, value] entries`, {
        list,
      });
    return [];
  }

  private pairs(rows: readonly unknown[], list: ListName): (readonly [unknown, unknown])[] {
    const pairs: (readonly [unknown, unknown])[] = [];
    for (const [index, row] of rows.entries())
      if (Array.isArray(row) && row.length === 2) pairs.push(row as [unknown, unknown]);
      else this.problems.malformed('', `${list}[${index}] must be a [name, value] entry`, { list, index });
    return pairs;
  }
}

function whose(known: readonly string[], role: string): string {
  return known.includes('grants') ? `role '${role}'` : 'the definition';
}

/** An object literal loses an entry that is called `__proto__`: to report it is better than to lose a role. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
