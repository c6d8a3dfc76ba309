import type { AccessDefinitionProblem } from './access-definition.error.js';
import { type NameKind, nameFault } from './names.js';

/** A definition in one shape: what was a name is a key of a `Map`, so `constructor` and `__proto__` are names like others. */
export interface ReadDefinition {
  readonly roles: ReadonlyMap<string, ReadRole>;
  readonly scopes: ReadonlyMap<string, readonly string[]>;
  readonly permissions: readonly string[] | undefined;
}

/** One role as read: valid, distinct entries only. */
export interface ReadRole {
  readonly inherits: readonly string[];
  readonly grants: readonly string[];
}

type Problem = AccessDefinitionProblem;
type ListName = NonNullable<Problem['list']>;

/** Reads a definition of unknown origin; what is wrong is collected and left out, so that everything can be reported at once. */
export class DefinitionReader {
  readonly problems: Problem[] = [];

  read(definition: unknown): ReadDefinition {
    const fields = this.fields(definition, '', ['roles', 'scopes', 'permissions']);
    const roles = new Map<string, ReadRole>();
    if (fields.get('roles') === undefined) this.missingRoles();
    else
      for (const [name, role] of this.table(fields.get('roles'), 'roles', 'role'))
        roles.set(name, this.role(name, role));
    const scopes = new Map<string, readonly string[]>();
    if (fields.get('scopes') !== undefined)
      for (const [name, patterns] of this.table(fields.get('scopes'), 'scopes', 'scope'))
        scopes.set(name, this.list(patterns, name, 'scopes', 'pattern'));
    const permissions = fields.get('permissions');
    return {
      roles,
      scopes,
      permissions:
        permissions === undefined ? undefined : this.list(permissions, '', 'permissions', 'permission'),
    };
  }

  private missingRoles(): void {
    if (this.problems.length === 0) this.malformed('', 'the definition has no roles', { list: 'roles' });
  }

  private role(name: string, value: unknown): ReadRole {
    const fields = this.fields(value, name, ['inherits', 'grants']);
    return {
      inherits: this.list(fields.get('inherits') ?? [], name, 'inherits', 'role'),
      grants: this.list(fields.get('grants') ?? [], name, 'grants', 'pattern'),
    };
  }

  /** The own properties of a plain object; a misspelt one must not silently mean "nothing". */
  private fields(value: unknown, role: string, known: readonly string[]): Map<string, unknown> {
    const where = role === '' ? 'the definition' : `role '${role}'`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.malformed(role, `${where} must be an object`);
      return new Map();
    }
    const fields = new Map<string, unknown>(Object.entries(value));
    for (const name of fields.keys())
      if (!known.includes(name))
        this.malformed(role, `${where} has an unknown property ${JSON.stringify(name)}`, { name });
    return fields;
  }

  private *table(
    value: unknown,
    list: 'roles' | 'scopes',
    kind: NameKind,
  ): Iterable<readonly [string, unknown]> {
    const seen = new Set<string>();
    let index = -1;
    for (const [name, entry] of this.entries(value, list)) {
      index++;
      const fault = nameFault(kind, name);
      const shown = typeof name === 'string' ? name : '';
      if (fault !== undefined) {
        const message = `${list}[${index}] ${quote(name)} ${fault.message} (position ${fault.position})`;
        this.malformed(shown, message, { list, name: shown, index, position: fault.position });
      } else if (seen.has(shown))
        this.problems.push({
          kind: 'duplicate',
          role: shown,
          list,
          name: shown,
          index,
          message: `${kind} '${shown}' is defined twice (${list}[${index}])`,
        });
      else {
        seen.add(shown);
        yield [shown, entry];
      }
    }
  }

  private entries(value: unknown, list: ListName): Iterable<readonly [unknown, unknown]> {
    if (value instanceof Map) return value as Map<unknown, unknown>;
    if (Array.isArray(value)) return this.pairs(value, list);
    if (isPlainObject(value)) return Object.entries(value);
    this.malformed('', `${list} must be an object, a Map or a list of [name, value] entries`, { list });
    return [];
  }

  private pairs(rows: readonly unknown[], list: ListName): (readonly [unknown, unknown])[] {
    const pairs: (readonly [unknown, unknown])[] = [];
    for (const [index, row] of rows.entries())
      if (Array.isArray(row) && row.length === 2) pairs.push(row as [unknown, unknown]);
      else this.malformed('', `${list}[${index}] must be a [name, value] entry`, { list, index });
    return pairs;
  }

  private list(value: unknown, role: string, list: ListName, kind: NameKind): string[] {
    const where = role === '' ? list : `role '${role}': ${list}`;
    if (!Array.isArray(value)) {
      this.malformed(role, `${where} must be a list`, { list });
      return [];
    }
    const names = new Set<string>();
    for (const [index, name] of (value as unknown[]).entries()) {
      const fault = nameFault(kind, name);
      const place = { list, index, ...(typeof name === 'string' && { name }) };
      if (fault !== undefined) {
        const message = `${where}[${index}] ${quote(name)} ${fault.message} (position ${fault.position})`;
        this.malformed(role, message, { ...place, position: fault.position });
      } else if (names.has(name as string))
        this.problems.push({
          kind: 'duplicate',
          role,
          ...place,
          message: `${where}[${index}] names '${String(name)}' again`,
        });
      else names.add(name as string);
    }
    return [...names];
  }

  private malformed(role: string, message: string, place: Partial<Problem> = {}): void {
    this.problems.push({ kind: 'malformed', role, message, ...place });
  }
}

// An object literal with a `__proto__: {…}` entry has lost that entry: better to say so than to drop a role.
function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function quote(value: unknown): string {
  if (typeof value !== 'string') return '';
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
