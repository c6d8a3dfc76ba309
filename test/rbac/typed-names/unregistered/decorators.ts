import { type AccessControl, defineAccess, Permissions, RoleGraph, Roles, Scopes } from 'nestjs-gatehouse';

// Without a registered definition any name does, but a decorator still needs one.
export const accepted = [
  Permissions('any:thing'),
  Roles('anybody'),
  Scopes('openid'),
  Roles.override.any('x'),
];

export const refused = [
  // @ts-expect-error an empty decorator
  () => Permissions(),
  // @ts-expect-error an empty decorator
  () => Roles(),
  // @ts-expect-error an undefined member
  () => Roles(undefined),
  // @ts-expect-error a number
  () => Permissions(1),
];

export const graph = RoleGraph.compile(
  defineAccess({ roles: { a: { grants: ['x'] }, b: { inherits: ['a'] } } }),
);
export const fromRows = RoleGraph.compile({
  roles: [['a', { grants: ['x'] }]],
  scopes: new Map([['s', ['x']]]),
});
export const ask = (control: AccessControl): boolean =>
  control.can({ roles: ['a'], scope: undefined }, 'any:thing');
