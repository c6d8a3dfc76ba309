import * as main from 'nestjs-gatehouse';
import { type AccessControl, Permissions, type Principal, Roles, Scopes } from 'nestjs-gatehouse';

export const accepted = [
  Permissions('posts:read'),
  Permissions('posts:read', 'posts:create'),
  Permissions.any('posts:update', 'posts:read'),
  Permissions.override.all('posts:update'),
  // What a grant gives on one's own things is what a route asks for.
  Permissions('drafts:edit'),
  Roles('viewer', 'editor'),
  Roles.all('viewer', 'admin'),
  Roles.override('admin'),
  Scopes('blog.read'),
  main.Permissions('posts:read'),
  main.Roles('admin'),
];

export const refused = [
  // @ts-expect-error a misspelt permission
  () => Permissions('posts:raed'),
  // @ts-expect-error a misspelt permission after a right one
  () => Permissions('posts:read', 'posts:raed'),
  // @ts-expect-error a misspelt permission in an explicit form
  () => Permissions.any('posts:raed'),
  // @ts-expect-error another case
  () => Permissions('Posts:read'),
  // @ts-expect-error a wildcard in a requirement, though a grant says so
  () => Permissions('*'),
  // @ts-expect-error a wildcard in a requirement, though a grant says so
  () => Permissions('posts:*:own'),
  // @ts-expect-error a wildcard in a requirement
  () => Permissions('posts:*'),
  // @ts-expect-error the form that only grants may say, though a grant does
  () => Permissions('drafts:edit:own'),
  // @ts-expect-error an empty decorator
  () => Permissions(),
  // @ts-expect-error an empty decorator
  () => Permissions.any(),
  // @ts-expect-error an unknown role
  () => Roles('veiwer'),
  // @ts-expect-error an empty decorator
  () => Roles(),
  // @ts-expect-error an empty decorator
  () => Roles.override(),
  // @ts-expect-error an undefined member
  () => Roles(undefined),
  // @ts-expect-error a list
  () => Roles(['viewer']),
  // @ts-expect-error an unknown scope
  () => Scopes('blog.raed'),
  // @ts-expect-error an empty decorator
  () => Scopes(),
  // @ts-expect-error a misspelt permission at the main entry
  () => main.Permissions('posts:raed'),
  // @ts-expect-error an unknown role at the main entry
  () => main.Roles('veiwer'),
];

export function ask(control: AccessControl, principal: Principal): void {
  control.assert(principal, 'posts:update');
  control.can({ roles: ['viewer'] }, 'posts:read');
  // @ts-expect-error a misspelt permission
  control.can(principal, 'posts:raed');
  // @ts-expect-error a wildcard in a question
  control.rolesGranting('posts:*');
}
