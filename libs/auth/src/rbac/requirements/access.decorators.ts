import { defineRouteMetadata, ownRouteMetadata, routeDecorator } from '../../context/handler-metadata.js';
import { ACCESS_CLAUSES, type AccessClause } from '../../context/route-layers.js';
import type { PermissionName, RoleName, ScopeName } from '../register.js';
import { namesOfDecorator } from './names-of-decorator.js';

type Decorator = MethodDecorator & ClassDecorator;

/** A decorator that takes one name or more. */
type NamesDecorator<N extends string> = (first: N, ...more: N[]) => Decorator;

/** A decorator with its explicit forms. */
type ClauseModes<N extends string> = NamesDecorator<N> & {
  /** One of the names is enough. */
  readonly any: NamesDecorator<N>;
  /** Every name is needed. */
  readonly all: NamesDecorator<N>;
};

/** A decorator that adds a requirement; {@link override} replaces what outer layers ask of its kind. */
type ClauseDecorator<N extends string> = ClauseModes<N> & {
  /** Replaces the class's requirement of this kind instead of adding to it. */
  readonly override: ClauseModes<N>;
};

/** What a route may ask for: `:own` belongs into grants, see `@Owner()`. */
type Askable = Exclude<PermissionName, `${string}:own`>;

const NAME_KIND = { roles: 'role', permissions: 'permission', scopes: 'scope' } as const;

/**
 * Requires one of the roles, held or inherited. Stacked decorators, and those of class and method, must all be satisfied.
 * @example
 * ```ts
 * @Roles('editor', 'admin') // any of them
 * @Roles.all('editor', 'auditor')
 * @Roles.override('viewer') // instead of what the class asks for
 * ```
 */
export const Roles: ClauseDecorator<RoleName> = clauseDecorator('Roles', 'roles', 'any');

/**
 * Requires all of the permissions; the caller's roles are taken together, and a token's scope narrows them.
 * @example
 * ```ts
 * @Permissions('posts:read', 'comments:read') // both
 * @Permissions.any('posts:publish', 'posts:moderate')
 * ```
 */
export const Permissions: ClauseDecorator<Askable> = clauseDecorator('Permissions', 'permissions', 'all');

/**
 * Requires all of the scope tokens in the caller's access token; a token without scope has none of them.
 * @example
 * ```ts
 * @Scopes('blog.read')
 * ```
 */
export const Scopes: ClauseDecorator<ScopeName> = clauseDecorator('Scopes', 'scopes', 'all');

/** Makes the decorator of one kind of clause. */
function clauseDecorator<N extends string>(
  label: string,
  kind: AccessClause['kind'],
  mode: AccessClause['mode'],
): ClauseDecorator<N> {
  const take =
    (form: string, as: AccessClause['mode'], override: boolean): NamesDecorator<N> =>
    (...names) => {
      const clause = { kind, mode: as, override, names: namesOfDecorator(form, NAME_KIND[kind], names) };
      return addClause(Object.freeze(clause));
    };
  const modes = (form: string, override: boolean): ClauseModes<N> =>
    Object.assign(take(form, mode, override), {
      any: take(`${form}.any`, 'any', override),
      all: take(`${form}.all`, 'all', override),
    });
  return Object.assign(modes(label, false), { override: modes(`${label}.override`, true) });
}

function addClause(clause: AccessClause): Decorator {
  return routeDecorator((place) => {
    const before = ownRouteMetadata<readonly AccessClause[]>(ACCESS_CLAUSES, place) ?? [];
    // Decorators run from the bottom up, so the first one written is added last.
    defineRouteMetadata(ACCESS_CLAUSES, Object.freeze([clause, ...before]), place);
  });
}
