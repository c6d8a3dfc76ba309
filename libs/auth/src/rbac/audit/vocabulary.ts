import type { AccessDefinition } from '../graph/access-definition.js';
import { isSlipOf, nearestName } from '../graph/nearest-name.js';
import { covers, isLiteral } from '../graph/permission-pattern.js';

/** A definition in canonical form, as `RoleGraph.toJSON()` gives it. */
type Canonical = AccessDefinition & {
  readonly roles: Readonly<Record<string, { readonly grants?: readonly string[] }>>;
  readonly scopes?: Readonly<Record<string, readonly string[]>>;
};

/** The names a definition knows, to tell a misspelt requirement from one that nobody happens to meet. */
export class Vocabulary {
  private readonly roles: ReadonlySet<string>;
  private readonly scopes: ReadonlySet<string>;
  private readonly permissions: ReadonlySet<string>;
  private readonly patterns: readonly string[];
  private readonly closed: boolean;

  constructor(definition: AccessDefinition) {
    const { roles, scopes = {}, permissions } = definition as Canonical;
    const grants = new Set(Object.values(roles).flatMap((role) => role.grants ?? []));
    const literal = [...grants].filter(isLiteral);
    this.roles = new Set(Object.keys(roles));
    this.scopes = new Set(Object.keys(scopes));
    this.permissions = new Set([...literal, ...literal.flatMap(unqualified), ...(permissions ?? [])]);
    this.patterns = [...grants].filter((grant) => !isLiteral(grant));
    this.closed = permissions !== undefined;
  }

  /** Why a role isn't known, or `undefined` when it is. */
  roleFault(name: string): string | undefined {
    return this.roles.has(name) ? undefined : unknown('role', name, this.roles);
  }

  /** Why a scope token isn't known; a definition without scopes knows them all. */
  scopeFault(name: string): string | undefined {
    return this.scopes.size === 0 || this.scopes.has(name) ? undefined : unknown('scope', name, this.scopes);
  }

  /**
   * Why a permission isn't known. Known is what a grant or the list of permissions names, and without such a list also what
   * a wildcard covers, unless it looks like a slip of a name that is there.
   * @param owned whether a resolver makes the `:own` form count
   */
  permissionFault(name: string, owned: boolean): string | undefined {
    if (this.permissions.has(name)) return undefined;
    const slip = [...this.permissions].some((known) => isSlipOf(name, known));
    const forms = owned ? [name, `${name}:own`] : [name];
    const covered = this.patterns.some((pattern) => forms.some((form) => covers(pattern, form)));
    return covered && !slip && !this.closed ? undefined : unknown('permission', name, this.permissions);
  }
}

function unqualified(permission: string): string[] {
  return permission.endsWith(':own') ? [permission.slice(0, -':own'.length)] : [];
}

function unknown(kind: string, name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return `${kind} '${name}' is unknown${nearest === undefined ? '' : `; did you mean '${nearest}'?`}`;
}
