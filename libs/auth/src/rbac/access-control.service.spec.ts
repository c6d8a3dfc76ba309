import { AccessControl } from './access-control.service.js';
import { defineAccess } from './graph/access-definition.js';
import { RoleGraph } from './graph/role-graph.js';

const access = defineAccess({
  roles: {
    viewer: { grants: ['posts:read', 'users:read'] },
    editor: { inherits: ['viewer'], grants: ['posts:create', 'posts:*:own'] },
    admin: { inherits: ['editor'], grants: ['*'] },
  },
  scopes: { 'blog.read': ['*:read'], blog: ['posts:*'] },
});
const control = AccessControl.over(access);

describe('AccessControl', () => {
  it('answers for anything that has roles', () => {
    expect(control.can({ roles: ['editor'] }, 'posts:create')).toBe(true);
    expect(control.can({ roles: ['viewer'] }, 'posts:create')).toBe(false);
    expect(control.can({ roles: ['editor'], scope: ['blog.read'] }, 'posts:create')).toBe(false);
    expect(control.can({ roles: ['editor'], scope: undefined }, 'posts:create')).toBe(true);
  });

  it.each([undefined, null, {}, { roles: null }])('answers no for %j', (subject) => {
    expect(control.can(subject as never, 'posts:read')).toBe(false);
    expect(control.explain(subject as never, 'posts:read').allowed).toBe(false);
    expect(control.permissionsOf(subject as never)).toEqual([]);
  });

  it('gives a machine its own roles, narrowed to its scope', () => {
    const machine = { roles: ['admin'], scope: ['blog'] };
    expect(control.can(machine, 'posts:delete')).toBe(true);
    expect(control.can(machine, 'users:delete')).toBe(false);
  });

  it('asserts with the code a caller gets', () => {
    expect(() => control.assert({ roles: ['editor'] }, 'posts:create')).not.toThrow();
    expect(() => control.assert(undefined, 'posts:create')).toThrow(
      expect.objectContaining({ code: 'unauthenticated' }),
    );
    expect(() => control.assert({ roles: ['viewer'] }, 'posts:create')).toThrow(
      expect.objectContaining({ code: 'access_denied' }),
    );
    expect(() => control.assert({ roles: ['editor'], scope: ['blog.read'] }, 'posts:create')).toThrow(
      expect.objectContaining({
        code: 'insufficient_scope',
        options: expect.objectContaining({ scope: ['blog'] }),
      }),
    );
    expect(() => control.assert({ roles: ['admin'], scope: ['blog'] }, 'things:burn')).toThrow(
      expect.objectContaining({ code: 'access_denied' }),
    );
  });

  it('lists rights as granted, and narrowed to a scope', () => {
    expect(control.permissionsOf({ roles: ['editor'] })).toEqual([
      'posts:*:own',
      'posts:create',
      'posts:read',
      'users:read',
    ]);
    expect(control.permissionsOf({ roles: ['admin'], scope: ['blog.read'] })).toEqual([
      '*:read',
      'posts:read',
      'users:read',
    ]);
    expect(control.permissionsOf({ roles: ['editor'], scope: ['blog'] })).toEqual([
      'posts:*:own',
      'posts:create',
      'posts:read',
    ]);
    expect(control.permissionsOf({ roles: ['admin'], scope: [] })).toEqual([]);
  });

  it('lists roles that have a permission', () => {
    expect(control.rolesGranting('posts:create')).toEqual(['admin', 'editor']);
    expect(control.rolesGranting('never:granted')).toEqual(['admin']);
  });

  it('explains what it decides', () => {
    expect(control.explain({ roles: ['editor'], scope: ['blog.read'] }, 'posts:create')).toMatchObject({
      allowed: false,
      reason: 'outside-scope',
      neededScopes: ['blog'],
    });
  });

  it('works over a compiled graph', () => {
    const graph = RoleGraph.compile(access);
    expect(AccessControl.over(graph).can({ roles: ['viewer'] }, 'posts:read')).toBe(true);
  });
});
