import type { PermissionName, RoleName, ScopeName } from '../register.js';
import { type ClauseDecorator, clauseDecorator } from './clause-decorator.js';

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
export const Permissions: ClauseDecorator<PermissionName> = clauseDecorator(
  'Permissions',
  'permissions',
  'all',
);

/**
 * Requires all of the scope tokens in the caller's access token; a token without scope has none of them.
 * @example
 * ```ts
 * @Scopes('blog.read')
 * ```
 */
export const Scopes: ClauseDecorator<ScopeName> = clauseDecorator('Scopes', 'scopes', 'all');
