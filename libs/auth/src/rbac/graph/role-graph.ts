import { roleSvg } from '../drawing/role-svg.js';
import type { AccessDefinition, RoleDefinition } from './access-definition.js';
import { type CheckedDefinition, checkDefinition } from './checked-definition.js';
import { type AccessExplanation, explainAccess } from './explanation.js';
import { isPermission } from './names.js';
import { PatternIndex } from './pattern-index.js';
import { type Column, NOTHING, PermissionMatrix } from './permission-matrix.js';
import { intersect } from './permission-pattern.js';

/** How a graph is compiled. */
type CompileOptions = {
  /** Permissions that will be asked for; their columns are made at once. */
  readonly required?: Iterable<string>;
  /**
   * How many further permissions get a column when they are first asked for; beyond it answers are worked out each time.
   * @default 1024
   */
  readonly maxColumns?: number;
};

/**
 * A compiled role graph: immutable answers about roles, permissions and scopes. Unknown roles and scopes have nothing,
 * malformed permissions are held by nobody; no question throws.
 * @example
 * ```ts
 * const graph = RoleGraph.compile(access);
 * graph.can(['editor'], 'posts:create'); // true
 * graph.explain(['viewer'], 'posts:create').nearestRoles; // ['editor']
 * ```
 */
export class RoleGraph {
  private readonly matrix: PermissionMatrix;
  private readonly scopeRows: ReadonlyMap<string, number>;
  private readonly grants = new PatternIndex();
  private unknownRoles = 0;

  /** Checks and compiles a definition. @throws AccessDefinitionError with every problem of it */
  static compile(definition: AccessDefinition, options: CompileOptions = {}): RoleGraph {
    return new RoleGraph(checkDefinition(definition), options);
  }

  private constructor(
    private readonly checked: CheckedDefinition,
    { required = [], maxColumns = 1024 }: CompileOptions,
  ) {
    const { definition, names, inheritance } = checked;
    const scopes = [...definition.scopes.keys()].sort();
    this.scopeRows = new Map(scopes.map((scope, at) => [scope, names.length + at]));
    const { grants } = this;
    for (const [id, name] of names.entries())
      for (const pattern of this.grantsOf(name)) grants.add(pattern, id);
    for (const [scope, row] of this.scopeRows)
      for (const pattern of definition.scopes.get(scope) ?? []) grants.add(pattern, row);
    this.matrix = new PermissionMatrix(inheritance, names.length + scopes.length, grants, maxColumns);
    this.matrix.prepare(required);
  }

  /** Whether any of the roles grants the permission and, where a scope is given, any of its tokens includes it. */
  can(roles: readonly string[], permission: string, scope?: readonly string[]): boolean {
    const column = this.matrix.column(permission);
    if (column === undefined) return this.explain(roles, permission, scope).allowed;
    return this.holds(roles, column) && (scope === undefined || this.lets(scope, column));
  }

  /** Why {@link can} answers as it does. */
  explain(roles: readonly string[], permission: string, scope?: readonly string[]): AccessExplanation {
    return explainAccess(this.checked, this.coveringRows(permission), {
      roles: listed(roles),
      permission,
      scope: scope === undefined ? undefined : listed(scope),
    });
  }

  /** Every grant of the roles and of all they inherit, wildcards as written, sorted; narrowed to a scope where one is given. */
  permissionsOf(roles: readonly string[], scope?: readonly string[]): readonly string[] {
    const grants = new Set(this.rolesOf(roles).flatMap((role) => this.grantsOf(role)));
    if (scope === undefined) return [...grants].sort();
    const through = listed(scope).flatMap((token) => this.checked.definition.scopes.get(token) ?? []);
    const both = [...grants].flatMap((grant) => through.map((pattern) => intersect(grant, pattern)));
    return [...new Set(both.filter((pattern) => pattern !== undefined))].sort();
  }

  /** The roles and all they inherit, sorted; unknown ones are left out. */
  rolesOf(roles: readonly string[]): readonly string[] {
    const { ids, names, inheritance } = this.checked;
    const held = listed(roles).flatMap((role) => ids.get(role) ?? []);
    return [...inheritance.reach(held).keys()].sort((a, b) => a - b).map((id) => names[id] ?? '');
  }

  /** Every role that has the permission, inherited or granted, sorted. */
  rolesGranting(permission: string): readonly string[] {
    return this.checked.names.filter((name) => this.can([name], permission));
  }

  /** Every scope token that lets the permission through, sorted. */
  scopesLetting(permission: string): readonly string[] {
    const rows = this.coveringRows(permission);
    return [...this.scopeRows].filter(([, row]) => rows.has(row)).map(([token]) => token);
  }

  /** All roles, sorted. */
  get roles(): readonly string[] {
    return this.checked.names;
  }

  /** Every scope token that lets something through, sorted. */
  get scopes(): readonly string[] {
    return [...this.scopeRows.keys()];
  }

  /** Makes the columns of permissions that will be asked for. */
  prepare(permissions: Iterable<string>): void {
    this.matrix.prepare(permissions);
  }

  /** Permissions whose columns are compiled. */
  get compiled(): readonly string[] {
    return this.matrix.permissions;
  }

  /** How often a role was asked about that the graph doesn't know. */
  get unknownRolesSeen(): number {
    return this.unknownRoles;
  }

  /** The column of a permission, for checks that are made often; `undefined` when no more columns may be made. @internal */
  column(permission: string): Column | undefined {
    return this.matrix.column(permission);
  }

  /** The column of those who are a role or inherit it. @internal */
  roleColumn(role: string): Column {
    const id = this.checked.ids.get(role);
    return id === undefined ? NOTHING : this.matrix.roleColumn(id);
  }

  /** Whether any of the roles has the column's bit. @internal */
  holds(roles: readonly string[], { words, mask }: Column): boolean {
    if (!Array.isArray(roles)) return false;
    const { ids } = this.checked;
    // An index is faster than an iterator, and every request runs this loop.
    for (let at = 0; at < roles.length; at++) {
      const id = ids.get(roles[at] as string);
      if (id === undefined) this.unknownRoles++;
      else if (((words[id] as number) & mask) !== 0) return true;
    }
    return false;
  }

  /** Whether any token of the scope has the column's bit. @internal */
  lets(scope: readonly string[], { words, mask }: Column): boolean {
    for (const token of listed(scope)) {
      const row = this.scopeRows.get(token);
      if (row !== undefined && ((words[row] as number) & mask) !== 0) return true;
    }
    return false;
  }

  /** The definition in one canonical form; compiling it gives this graph again. */
  toJSON(): AccessDefinition {
    const { definition, names } = this.checked;
    const role = (name: string): RoleDefinition => ({
      inherits: [...(definition.roles.get(name)?.inherits ?? [])].sort(),
      grants: [...this.grantsOf(name)].sort(),
    });
    return {
      roles: Object.fromEntries(names.map((name) => [name, role(name)])),
      scopes: Object.fromEntries(
        [...definition.scopes].sort(byName).map(([scope, patterns]) => [scope, [...patterns].sort()]),
      ),
      ...(definition.permissions !== undefined && { permissions: [...definition.permissions].sort() }),
    };
  }

  /**
   * The roles as an SVG document: heirs above what they inherit, and the same in words for whom it is read to.
   * @param path roles along a way that stands out, as {@link explain} answers it
   */
  toSvg(path: readonly string[] = []): string {
    const { definition, names } = this.checked;
    const drawn = names.map((name) => ({
      name,
      inherits: [...(definition.roles.get(name)?.inherits ?? [])].sort(),
      grants: this.grantsOf(name),
    }));
    return roleSvg(drawn, path);
  }

  private grantsOf(role: string): readonly string[] {
    return this.checked.definition.roles.get(role)?.grants ?? [];
  }

  private coveringRows(permission: string): ReadonlySet<number> {
    const rows = new Set<number>();
    if (isPermission(permission)) this.grants.each(permission, (row) => rows.add(row));
    return rows;
  }
}

// Roles and scopes come from tokens. A value that isn't a list counts as empty; the letters of a string aren't names.
function listed(names: readonly string[]): readonly string[] {
  return Array.isArray(names) ? names : [];
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
