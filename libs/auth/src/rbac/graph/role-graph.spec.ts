import { defineAccess } from './access-definition.js';
import { RoleGraph } from './role-graph.js';

const access = defineAccess({
  roles: {
    viewer: { grants: ['posts:read'] },
    editor: { inherits: ['viewer'], grants: ['posts:create', 'posts:*:own'] },
    admin: { inherits: ['editor'], grants: ['*'] },
  },
  scopes: { 'blog.read': ['*:read'] },
});

describe('RoleGraph', () => {
  const graph = RoleGraph.compile(access);

  it.each([
    ['viewer', 'posts:read', true],
    ['viewer', 'posts:create', false],
    ['editor', 'posts:read', true],
    ['editor', 'posts:update', false],
    ['editor', 'posts:update:own', true],
    ['admin', 'anything:at:all', true],
    ['nobody', 'posts:read', false],
  ])('%s %s: %s', (role, permission, allowed) => {
    expect(graph.can([role], permission)).toBe(allowed);
    expect(graph.explain([role], permission).allowed).toBe(allowed);
  });

  it.each([
    ['*', ['a', 'a:b', 'a:b:c:d:e:f:g:h'], []],
    ['posts:*', ['posts:read', 'posts:read:own', 'posts:a:b:c'], ['posts', 'postsx:read']],
    ['posts:*:own', ['posts:update:own'], ['posts:update', 'posts:own', 'posts:update:own:draft']],
    ['*:read', ['posts:read'], ['read', 'posts:read:own']],
    ['posts:read', ['posts:read'], ['posts:read:own', 'Posts:read', 'posts']],
  ])('a grant of %s matches %j and not %j', (pattern, matching, others) => {
    const one = RoleGraph.compile({ roles: { it: { grants: [pattern] } } });
    for (const permission of matching)
      expect([permission, one.can(['it'], permission)]).toEqual([permission, true]);
    for (const permission of others)
      expect([permission, one.can(['it'], permission)]).toEqual([permission, false]);
  });

  it.each([
    '',
    '*',
    'posts:*',
    'posts:',
    ':read',
    'posts read',
    'a:b:c:d:e:f:g:h:i',
    'pösts:read',
    'x'.repeat(65),
  ])('a question about %j is answered with no', (permission) => {
    expect(graph.can(['admin'], permission)).toBe(false);
    expect(graph.explain(['admin'], permission)).toMatchObject({ allowed: false, reason: 'malformed' });
  });

  it('lists its scopes', () => {
    expect(graph.scopes).toEqual(['blog.read']);
  });

  it('unites the rights of all roles', () => {
    const two = RoleGraph.compile({ roles: { a: { grants: ['x:a'] }, b: { grants: ['x:b'] } } });
    expect(['x:a', 'x:b'].every((permission) => two.can(['a', 'b'], permission))).toBe(true);
    expect(two.permissionsOf(['b', 'a'])).toEqual(['x:a', 'x:b']);
  });

  it('reaches all inherited roles', () => {
    expect(graph.rolesOf(['editor'])).toEqual(['editor', 'viewer']);
    expect(graph.rolesOf(['nobody'])).toEqual([]);
    expect(graph.rolesGranting('posts:create')).toEqual(['admin', 'editor']);
  });
});
