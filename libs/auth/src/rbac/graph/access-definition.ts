/** What one role has: everything its parents have, and its own grants. */
export interface RoleDefinition {
  /** Roles whose rights this one has as well. */
  readonly inherits?: readonly string[];
  /** Permissions, or patterns in which `*` stands for a segment (as the last one: for one or more). */
  readonly grants?: readonly string[];
}

/** A table of names as an object, a `Map`, or a list of `[name, value]` entries (as rows of a database come). */
type NamedTable<V> = Readonly<Record<string, V>> | ReadonlyMap<string, V> | readonly (readonly [string, V])[];

/** Roles, what scopes let through, and optionally the permissions the application knows. */
export interface AccessDefinition {
  readonly roles: NamedTable<RoleDefinition>;
  /** Patterns a token with that scope is narrowed to; a scope that isn't listed lets nothing through. */
  readonly scopes?: NamedTable<readonly string[]>;
  /** Permissions that exist though no role is granted them by name. With this list, wildcards make no further names known. */
  readonly permissions?: readonly string[];
}

type RoleTable = Readonly<Record<string, RoleDefinition>>;
type ScopeTable = Readonly<Record<string, readonly string[]>>;

/** Parents must be roles of the same table. */
type WithKnownParents<R extends RoleTable> = {
  readonly [Name in keyof R]: { readonly inherits?: readonly (keyof R & string)[] };
};

/**
 * Returns the definition as it is, and keeps the names of roles and scopes as types. It is checked when it is compiled.
 * @example
 * ```ts
 * export const access = defineAccess({
 *   roles: {
 *     viewer: { grants: ['posts:read'] },
 *     editor: { inherits: ['viewer'], grants: ['posts:create', 'posts:*:own'] },
 *     admin: { inherits: ['editor'], grants: ['*'] },
 *   },
 *   scopes: { 'blog.read': ['*:read'] },
 * });
 * declare module 'nestjs-gatehouse' {
 *   interface Register { access: typeof access }
 * }
 * ```
 */
export function defineAccess<
  const R extends RoleTable,
  const S extends ScopeTable = Readonly<Record<never, never>>,
  const P extends readonly string[] = readonly [],
>(definition: {
  readonly roles: R & WithKnownParents<R>;
  readonly scopes?: S;
  readonly permissions?: P;
}): { readonly roles: R; readonly scopes: S; readonly permissions: P } {
  return definition as { roles: R; scopes: S; permissions: P };
}
