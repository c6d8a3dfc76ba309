import { Permissions, Roles, Scopes } from '../rbac/requirements/access.decorators.js';
import { RequireDPoP } from './require-dpop.decorator.js';
import { RequireFreshAuth } from './require-fresh-auth.decorator.js';
import { Authenticated, OptionalAuth, Public } from './route-authentication.decorators.js';
import { type ComposedRoute, composeRoute } from './route-layers.js';
import { routePolicy } from './route-policy.js';

type Decorator = MethodDecorator & ClassDecorator;
type Class = abstract new (...args: never[]) => object;

const compose = (type: Class, slot = 'open'): ComposedRoute =>
  composeRoute(type, (type.prototype as Record<string, object>)[slot] ?? {});
const asked = ({ clauses }: ComposedRoute): string[] =>
  clauses.map(({ kind, names }) => `${kind} ${names.join()}`);

abstract class Base {
  @Public()
  open(): void {}
  @OptionalAuth()
  maybe(): void {}
  @Roles('reader')
  read(): void {}
}

describe('[10-4] a class that derives from the one a method was written in', () => {
  it.each<[string, Decorator, string[]]>([
    ['@Roles', Roles('admin'), ['roles admin']],
    ['@Roles.override', Roles.override('admin'), ['roles admin']],
    ['@Permissions', Permissions('posts:read'), ['permissions posts:read']],
    ['@Scopes', Scopes('blog.read'), ['scopes blog.read']],
    ['@Authenticated', Authenticated(), []],
  ])('closes an inherited @Public() and @OptionalAuth() method with %s', (_, decorator, clauses) => {
    class Derived extends Base {}
    decorator(Derived);
    for (const slot of ['open', 'maybe']) {
      expect(compose(Derived, slot)).toMatchObject({ authentication: 'required' });
      expect(asked(compose(Derived, slot))).toEqual(clauses);
    }
    expect(compose(Base).authentication).toBe('public');
  });

  it('closes it with @RequireFreshAuth, which asks for a login', () => {
    @RequireFreshAuth('1m')
    class Derived extends Base {}
    expect(routePolicy(Derived, Derived.prototype.open)).toEqual({
      authentication: 'required',
      isExemptible: false,
      freshAuth: { maxAgeMs: 60_000, amr: [], acr: undefined },
      requiresDPoP: false,
    });
  });

  it('[9449-41] closes it with @RequireDPoP(), which asks for a token that is bound', () => {
    @RequireDPoP()
    class Derived extends Base {}
    const closed = { authentication: 'required', isExemptible: false, requiresDPoP: true };
    expect(routePolicy(Derived, Derived.prototype.open)).toMatchObject(closed);
    expect(routePolicy(Base, Base.prototype.open)).toMatchObject({ requiresDPoP: false });
  });

  it('makes an inherited @Public() method look at tokens with @OptionalAuth()', () => {
    @OptionalAuth()
    class Derived extends Base {}
    expect(compose(Derived).authentication).toBe('optional');
    expect(compose(Derived, 'read').authentication).toBe('required');
  });

  it('opens no inherited method: only the method itself can say so', () => {
    @Public()
    class Derived extends Base {}
    expect(compose(Derived, 'read')).toMatchObject({ authentication: 'required' });
    expect(asked(compose(Derived, 'read'))).toEqual(['roles reader']);
    class Opened extends Derived {
      @Public()
      override read(): void {}
    }
    expect(compose(Opened, 'read')).toMatchObject({ authentication: 'public', clauses: [] });
  });

  it('closes a method that it overrides without saying anything, and one that calls the base', () => {
    @Roles('admin')
    class Derived extends Base {
      override open(): void {}
      override maybe(): void {
        super.maybe();
      }
    }
    expect(asked(compose(Derived))).toEqual(['roles admin']);
    expect(asked(compose(Derived, 'maybe'))).toEqual(['roles admin']);
  });

  it('lets the overriding method itself say what it asks for', () => {
    @Roles('admin')
    class Derived extends Base {
      @Public()
      override open(): void {}
      @Permissions('posts:read')
      override read(): void {}
    }
    expect(compose(Derived)).toMatchObject({ authentication: 'public', clauses: [] });
    expect(asked(compose(Derived, 'read'))).toEqual([
      'roles admin',
      'permissions posts:read',
      'roles reader',
    ]);
  });

  it('keeps its requirement where the inherited method overrides one of the same kind', () => {
    class Overriding {
      @Roles.override('viewer')
      open(): void {}
    }
    @Roles('admin')
    class Derived extends Overriding {}
    expect(asked(compose(Derived))).toEqual(['roles admin', 'roles viewer']);
  });

  it('closes what a class in the middle opened, and leaves open what only the middle closed', () => {
    @Roles('admin')
    class Closed extends Base {}
    class Below extends Closed {}
    @Public()
    class OpenAgain extends Closed {}
    @Authenticated()
    class Last extends OpenAgain {}
    expect([compose(Below), compose(OpenAgain), compose(Last)].map((route) => route.authentication)).toEqual([
      'required',
      'public',
      'required',
    ]);
  });

  it('closes the methods of mixins, made by a function or copied onto the class', () => {
    const openable = (Parent: typeof Base): abstract new () => Base & { mixed(): void } => {
      abstract class Mixed extends Parent {
        @Public()
        mixed(): void {}
      }
      return Mixed;
    };
    @Roles('admin')
    class ByFunction extends openable(Base) {}
    expect(asked(compose(ByFunction, 'mixed'))).toEqual(['roles admin']);

    @Roles('admin')
    class ByCopy {}
    Object.defineProperty(
      ByCopy.prototype,
      'open',
      Object.getOwnPropertyDescriptor(Base.prototype, 'open') ?? {},
    );
    expect(asked(compose(ByCopy))).toEqual(['roles admin']);
  });
});
