import type { ExecutionContext } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { AuthEvents } from '../kernel/auth-events.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { RoleGraph } from './graph/role-graph.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { OwnershipResolvers } from './ownership-resolvers.js';
import { RbacGuard } from './rbac.guard.js';
import { resolveRbacSettings } from './rbac.settings.js';
import { Permissions, Roles } from './requirements/access.decorators.js';

// Each was seen in a published library.

const one = (grants: readonly string[]): RoleGraph => RoleGraph.compile({ roles: { it: { grants } } });

@Roles('viewer', 'editor')
class Posts {
  plain(): void {}

  @Roles('viewer', 'auditor')
  anyOf(): void {}

  @Permissions('posts:read', 'posts:audit')
  both(): void {}

  @Permissions('posts:update')
  update(): void {}
}

async function passes(slot: keyof Posts, roles: readonly string[]): Promise<boolean> {
  const definition = {
    roles: {
      viewer: { grants: ['posts:read'] },
      auditor: { grants: ['posts:audit'] },
      editor: { grants: ['posts:*:own'] },
    },
  };
  const settings = resolveRbacSettings({ definition }, new ConfigurationFindings());
  const events = new AuthEvents();
  const resolvers = new OwnershipResolvers({} as ModuleRef);
  const guard = new RbacGuard(settings, await LiveRoleGraph.start(settings, events), resolvers, events);
  const context = {
    getType: () => 'http',
    getClass: () => Posts,
    getHandler: () => Posts.prototype[slot],
    switchToHttp: () => ({
      getRequest: () => ({ user: { subject: 'x', roles } }),
      getResponse: () => ({ header: () => undefined }),
    }),
  };
  try {
    return await guard.canActivate(context as unknown as ExecutionContext);
  } catch {
    return false;
  }
}

describe('traps', () => {
  it.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'posts:constructor'])(
    'an operation named %s is not allowed through the prototype',
    (name) => {
      expect(one(['posts:read']).can(['it'], name)).toBe(false);
      expect(one([]).can([name], 'posts:read')).toBe(false);
    },
  );

  it('what means something to a regular expression means nothing in a grant', () => {
    expect(one(['a.b:read']).can(['it'], 'a.b:read')).toBe(true);
    expect(one(['a.b:read']).can(['it'], 'axb:read')).toBe(false);
    expect(one(['a.b:*']).can(['it'], 'axb:read')).toBe(false);
    expect(one(['*:read']).can(['it'], 'posts:xread')).toBe(false);
    for (const grant of ['posts:.+', 'posts:[a-z]', '^posts:read$', 'posts:(read)', 'posts:re?d'])
      expect(() => one([grant])).toThrow('1 problem(s)');
  });

  it('the order of keys decides nothing', () => {
    const parts = {
      a: { grants: ['x:*'] },
      b: { inherits: ['a'], grants: ['x:y'] },
      c: { inherits: ['b', 'a'] },
    };
    const forwards = RoleGraph.compile({ roles: parts });
    const backwards = RoleGraph.compile({ roles: Object.entries(parts).toReversed() });
    expect(backwards.explain(['c'], 'x:y')).toEqual(forwards.explain(['c'], 'x:y'));
  });

  it('a filter that is not there does not count as passed', async () => {
    expect(await passes('update', ['editor'])).toBe(false);
    const graph = RoleGraph.compile({ roles: { it: { grants: ['*'] } } });
    expect(graph.can(['it'], 'posts:read', ['no.such.scope'])).toBe(false);
  });

  it('depth has no limit', () => {
    const roles = Array.from(
      { length: 5000 },
      (_, at) => [`r${at}`, at === 4999 ? { grants: ['x'] } : { inherits: [`r${at + 1}`] }] as const,
    );
    expect(RoleGraph.compile({ roles }).can(['r0'], 'x')).toBe(true);
  });

  it('different questions never share an answer', () => {
    const graph = RoleGraph.compile({
      roles: { a: { grants: ['b:c'] }, 'a.b': { grants: ['c'] }, ab: { grants: [] }, b: { grants: ['x:y'] } },
    });
    expect(graph.can(['a'], 'b:c')).toBe(true);
    expect(graph.can(['a.b'], 'b:c')).toBe(false);
    expect(graph.can(['a', 'b'], 'c')).toBe(false);
    expect(graph.can(['ab'], 'x:y')).toBe(false);
    expect(graph.can(['a', 'b'], 'x:y')).toBe(true);
    for (let at = 0; at < 200; at++) expect(graph.can(['a'], `b:c${at}`)).toBe(false);
    expect(graph.can(['a'], 'b:c')).toBe(true);
  });

  it('a decorator of the class is not ignored', async () => {
    expect(await passes('plain', ['auditor'])).toBe(false);
    expect(await passes('plain', ['viewer'])).toBe(true);
  });

  it('an empty list does not make the route public', () => {
    expect(() => Roles(...([] as unknown as ['viewer']))).toThrow(TypeError);
    expect(() => Permissions(...([] as unknown as ['posts:read']))).toThrow(TypeError);
  });

  it('roles are united, not tried one by one', async () => {
    expect(await passes('both', ['viewer'])).toBe(false);
    expect(await passes('both', ['viewer', 'auditor'])).toBe(true);
  });

  it('own does not pass for every owner', async () => {
    expect(await passes('update', ['editor'])).toBe(false);
  });

  it('an undefined enum member is not dropped', () => {
    expect(() => Roles('viewer', undefined as never)).toThrow(TypeError);
    expect(() => RoleGraph.compile({ roles: { it: { grants: [undefined as never] } } })).toThrow(
      '1 problem(s)',
    );
  });

  it('any-of on class and method does not get weaker', async () => {
    expect(await passes('anyOf', ['auditor'])).toBe(false);
    expect(await passes('anyOf', ['editor'])).toBe(false);
    expect(await passes('anyOf', ['editor', 'auditor'])).toBe(true);
  });
});
