import { RoleGraph } from './role-graph.js';

const graph = RoleGraph.compile({
  roles: {
    viewer: { grants: ['posts:read'] },
    editor: { inherits: ['viewer'], grants: ['posts:create', 'posts:*:own'] },
    chief: { inherits: ['editor'] },
    admin: { inherits: ['chief', 'viewer'], grants: ['*'] },
  },
  scopes: { 'blog.read': ['*:read'], 'blog.all': ['posts:*'] },
});

describe('explain', () => {
  it('names the grant and the shortest way to it', () => {
    expect(graph.explain(['chief'], 'posts:read')).toMatchObject({
      allowed: true,
      reason: 'granted',
      role: 'viewer',
      path: ['chief', 'editor', 'viewer'],
      pattern: 'posts:read',
      summary: "allowed posts:read: chief → editor → viewer grants 'posts:read'",
    });
  });

  it('names the pattern that matches', () => {
    expect(graph.explain(['editor'], 'posts:update:own')).toMatchObject({
      role: 'editor',
      pattern: 'posts:*:own',
    });
  });

  it('names the closest roles that would pass', () => {
    expect(graph.explain(['viewer'], 'posts:create')).toMatchObject({
      allowed: false,
      reason: 'not-granted',
      nearestRoles: ['editor'],
      summary: 'denied posts:create: no grant of viewer; needs role editor',
    });
    expect(graph.explain([], 'posts:read').nearestRoles).toEqual(['viewer']);
    expect(graph.explain(['ghost'], 'users:delete')).toMatchObject({
      nearestRoles: ['admin'],
      unknownRoles: ['ghost'],
    });
  });

  it('names the scopes that would do, or the one that did', () => {
    expect(graph.explain(['editor'], 'posts:create', ['blog.read', 'other'])).toMatchObject({
      allowed: false,
      reason: 'outside-scope',
      path: ['editor'],
      scope: undefined,
      neededScopes: ['blog.all'],
    });
    expect(graph.explain(['editor'], 'posts:create', ['blog.all'])).toMatchObject({
      allowed: true,
      scope: { token: 'blog.all', pattern: 'posts:*' },
    });
  });

  it('counts roles the graph does not know', () => {
    const before = graph.unknownRolesSeen;
    expect(graph.can(['ghost', 'viewer'], 'posts:read')).toBe(true);
    expect(graph.unknownRolesSeen).toBe(before + 1);
  });

  it.each([undefined, null, 'admin', { admin: true }])('roles of %j are nobody', (roles) => {
    expect(graph.can(roles as never, 'posts:read')).toBe(false);
    expect(graph.explain(roles as never, 'posts:read').allowed).toBe(false);
    expect(graph.permissionsOf(roles as never)).toEqual([]);
    expect(graph.rolesOf(roles as never)).toEqual([]);
  });

  it('the letters of a scope text are no tokens', () => {
    const letters = RoleGraph.compile({ roles: { a: { grants: ['*'] } }, scopes: { x: ['*'] } });
    expect(letters.can(['a'], 'any', 'x' as never)).toBe(false);
    expect(letters.explain(['a'], 'any', 'x' as never).allowed).toBe(false);
    expect(letters.permissionsOf(['a'], 'x' as never)).toEqual([]);
  });
});
