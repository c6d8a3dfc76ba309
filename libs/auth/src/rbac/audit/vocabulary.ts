import type { AccessDefinition } from '../graph/access-definition.js';
import { isSlipOf, nearestName } from '../../kernel/configuration/nearest-name.js';
import { ownForm, wholeOf } from '../graph/names.js';
import { covers, isLiteral } from '../graph/permission-pattern.js';

/** A definition in canonical form, as `RoleGraph.toJSON()` gives it. */
type Canonical = AccessDefinition & {
  readonly roles: Readonly<Record<string, { readonly grants?: readonly string[] }>>;
  readonly scopes?: Readonly<Record<string, readonly string[]>>;
};

/** The names that a definition knows. A requirement with another name is probably misspelt. */
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
    this.permissions = new Set([
      ...literal,
      ...literal.flatMap((name) => wholeOf(name) ?? []),
      ...(permissions ?? []),
    ]);
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
   * Why a permission isn't known. Known are the names in grants and in the list of permissions. Without such a list, names
   * that a wildcard covers are known as well, unless they look like a misspelling of a known name.
   * @param owned whether a resolver makes the `:own` form count
   */
  permissionFault(name: string, owned: boolean): string | undefined {
    if (this.permissions.has(name)) return undefined;
    const slip = [...this.permissions].some((known) => isSlipOf(name, known));
    const forms = owned ? [name, ownForm(name)] : [name];
    const covered = this.patterns.some((pattern) => forms.some((form) => covers(pattern, form)));
    return covered && !slip && !this.closed ? undefined : unknown('permission', name, this.permissions);
  }
}

function unknown(kind: string, name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return `${kind} '${name}' is unknown${nearest === undefined ? '' : `; did you mean '${nearest}'?`}`;
}
