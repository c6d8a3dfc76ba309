import { ACCESS_CLAUSES } from '../../context/route-layers.js';
import { Authenticated, OptionalAuth, Public } from '../../context/route-authentication.decorators.js';
import { composeRoute } from '../../context/route-layers.js';
import { Permissions, Roles, Scopes } from './access.decorators.js';
import { Owner } from './owner.decorator.js';
import { routeRequirement } from './route-requirement.js';

type Handlers = Record<string, () => void>;

function requirementOf(type: abstract new () => object, slot: string) {
  return routeRequirement(type, (type.prototype as Handlers)[slot] as () => void);
}
function clausesOf(type: abstract new () => object, slot: string): string[] {
  return requirementOf(type, slot).clauses.map(
    ({ kind, mode, names }) => `${kind} ${mode} ${names.join(',')}`,
  );
}

describe('decorators refuse when they are evaluated', () => {
  enum Role {
    Admin = 'admin',
  }
  it.each<[string, () => unknown]>([
    ['an empty list', () => Roles(...([] as unknown as [string]))],
    ['an empty .any', () => Permissions.any(...([] as unknown as [string]))],
    ['an empty .override', () => Scopes.override(...([] as unknown as [string]))],
    ['undefined', () => Roles(undefined as never)],
    [
      'an undefined enum member',
      () => Roles(Role.Admin, (Role as unknown as Record<string, never>)['Editor'] as never),
    ],
    ['null', () => Permissions(null as never)],
    ['a number', () => Permissions(1 as never)],
    ['a list', () => Roles(['admin'] as never)],
    ['a duplicate', () => Permissions('posts:read', 'posts:read')],
    ['a wildcard', () => Permissions('posts:*')],
    ['a star', () => Permissions('*')],
    ['a role with a colon', () => Roles('a:b')],
    ['a space in a scope', () => Scopes('a b')],
    ['an owner that is no class', () => Owner({} as never)],
  ])('%s', (_, evaluate) => {
    expect(evaluate).toThrow(TypeError);
  });

  it.each(['posts:update:own', 'own:own'])(
    '%s, which only a grant may say, naming what to ask for',
    (name) => {
      const message = `ask for '${name.slice(0, -4)}' and add @Owner()`;
      expect(() => Permissions(name)).toThrow(message);
      expect(() => Permissions.override.any('posts:read', name)).toThrow(message);
    },
  );

  it('but not a permission, role or scope that merely contains the word', () => {
    expect(() => [Permissions('posts:own:read', 'own'), Roles('own'), Scopes('x:own')]).not.toThrow();
  });

  it('being put on a property', () => {
    expect(() => Roles('admin')({}, 'field', undefined as never)).toThrow(TypeError);
  });
});

describe('class and method', () => {
  @Roles('admin', 'editor')
  @Scopes('blog.write')
  class Posts {
    plain(): void {}

    @Roles('viewer', 'admin')
    anyOfBoth(): void {}

    @Permissions('posts:read')
    @Permissions.any('a:x', 'a:y')
    stacked(): void {}

    @Roles.override('viewer')
    replaced(): void {}

    @Permissions.override.any('p', 'q')
    replacesItsKindOnly(): void {}

    @Public()
    open(): void {}

    @Authenticated()
    anybody(): void {}

    @OptionalAuth()
    maybe(): void {}

    @Public()
    @Roles('admin')
    contradictory(): void {}
  }

  const outer = ['roles any admin,editor', 'scopes all blog.write'];

  it.each<[string, string[]]>([
    ['plain', outer],
    ['anyOfBoth', [...outer, 'roles any viewer,admin']],
    ['stacked', [...outer, 'permissions all posts:read', 'permissions any a:x,a:y']],
    ['replaced', ['scopes all blog.write', 'roles any viewer']],
    ['replacesItsKindOnly', [...outer, 'permissions any p,q']],
    ['open', []],
    ['anybody', []],
    ['maybe', []],
    ['contradictory', ['roles any admin']],
  ])('%s is asked for %j', (slot, clauses) => {
    expect(clausesOf(Posts, slot)).toEqual(clauses);
  });

  it('a clause needs a caller, even under a public class', () => {
    @Public()
    class Open {
      plain(): void {}

      @Roles('admin')
      closed(): void {}
    }
    expect(requirementOf(Open, 'plain').authentication).toBe('public');
    expect(requirementOf(Open, 'closed').authentication).toBe('required');
    expect(composeRoute(Open, Open.prototype.closed).authentication).toBe('required');
    expect(composeRoute(Open, Open.prototype.plain).authentication).toBe('public');
  });
});

describe('inheritance of classes', () => {
  @Roles('base')
  class Base {
    @Permissions('posts:read')
    @Roles('reader')
    find(): void {}

    @Public()
    open(): void {}
  }

  it('an overriding handler without metadata has the base handler’s', () => {
    class Derived extends Base {
      override find(): void {}
      override open(): void {}
    }
    expect(clausesOf(Derived, 'find')).toEqual([
      'roles any base',
      'permissions all posts:read',
      'roles any reader',
    ]);
    expect(requirementOf(Derived, 'open').authentication).toBe('public');
  });

  it('one with metadata keeps the kinds it does not state', () => {
    class Derived extends Base {
      @Roles('writer')
      override find(): void {}
      @Roles('writer')
      override open(): void {}
    }
    expect(clausesOf(Derived, 'find')).toEqual([
      'roles any base',
      'roles any writer',
      'permissions all posts:read',
    ]);
    expect(requirementOf(Derived, 'open').authentication).toBe('required');
  });

  it('a derived class narrows its base, or says that it replaces it', () => {
    @Roles('derived')
    class Narrower extends Base {}
    @Roles.override('derived')
    class Other extends Base {}
    expect(clausesOf(Narrower, 'find').slice(0, 2)).toEqual(['roles any base', 'roles any derived']);
    expect(clausesOf(Other, 'find')[0]).toBe('roles any derived');
    expect(clausesOf(Base, 'find')[0]).toBe('roles any base');
  });

  it('one inherited handler of two classes is two routes', () => {
    class Handlers {
      call(): void {}
    }
    @Roles('a')
    class A extends Handlers {}
    @Roles('b')
    class B extends Handlers {}
    expect([clausesOf(A, 'call'), clausesOf(B, 'call'), clausesOf(Handlers, 'call')]).toEqual([
      ['roles any a'],
      ['roles any b'],
      [],
    ]);
  });
});

describe('metadata', () => {
  it('survives a decorator that wraps the method', () => {
    const wrap: MethodDecorator = (_target, _slot, descriptor) => {
      const inner = descriptor.value as unknown as (...args: unknown[]) => unknown;
      descriptor.value = function (this: unknown, ...args: unknown[]) {
        return inner.apply(this, args);
      } as never;
    };
    class Wrapped {
      @wrap
      @Roles('admin')
      above(): void {}

      @Roles('admin')
      @wrap
      below(): void {}
    }
    expect(clausesOf(Wrapped, 'above')).toEqual(['roles any admin']);
    expect(clausesOf(Wrapped, 'below')).toEqual(['roles any admin']);
  });

  it('survives a method that was wrapped on the instance', () => {
    class Patched {
      @Roles('admin')
      call(): void {}
    }
    const { prototype } = Patched;
    const wrapper = { call: () => prototype.call() }.call;
    expect(routeRequirement(Patched, wrapper).clauses).toHaveLength(1);
  });

  it('is plain data under a global symbol, so a second copy of the package reads it', () => {
    class Seen {
      @Roles('admin')
      call(): void {}
    }
    expect(ACCESS_CLAUSES).toBe(Symbol.for('gatehouse:access-clauses'));
    expect(Reflect.getMetadata(Symbol.for('gatehouse:access-clauses'), Seen.prototype.call)).toEqual([
      { kind: 'roles', mode: 'any', names: ['admin'], override: false },
    ]);
  });
});
