import * as fc from 'fast-check';
import { Permissions, Roles, Scopes } from '../rbac/requirements/access.decorators.js';
import { Authenticated, OptionalAuth, Public } from './route-authentication.decorators.js';
import { type ComposedRoute, composeRoute } from './route-layers.js';

type Decorator = MethodDecorator & ClassDecorator;
type Class = abstract new (...args: never[]) => object;

const compose = (type: Class): ComposedRoute =>
  composeRoute(type, (type.prototype as Record<string, object>)['open'] ?? {});
const asked = ({ clauses }: ComposedRoute): string[] =>
  clauses.map(({ kind, names }) => `${kind} ${names.join()}`);

describe('[10-4] laws of inheritance', () => {
  const MARKERS = { public: Public, optional: OptionalAuth, required: Authenticated } as const;
  const RANKS = ['public', 'optional', 'required'];
  const narrowing = fc.constantFrom<readonly [Decorator, string]>(
    [Roles('n'), 'roles n'],
    [Permissions('n:n'), 'permissions n:n'],
    [Scopes('n'), 'scopes n'],
    [Authenticated(), ''],
  );
  const layer = fc.record({
    marker: fc.option(fc.constantFrom(...(['public', 'optional', 'required'] as const)), { nil: undefined }),
    roles: fc.constantFrom(undefined, Roles('a'), Roles('b'), Roles.override('c')),
    permissions: fc.constantFrom(undefined, Permissions('a:b'), Permissions.override('b:c')),
    scopes: fc.constantFrom(undefined, Scopes('s')),
  });
  const level = fc.record({ ofClass: layer, ofMethod: fc.option(layer, { nil: undefined }) });
  const chain = fc.array(level, { minLength: 1, maxLength: 4 });

  type Layer = typeof layer extends fc.Arbitrary<infer T> ? T : never;
  type Level = typeof level extends fc.Arbitrary<infer T> ? T : never;

  const decoratorsOf = ({ marker, roles, permissions, scopes }: Layer): Decorator[] =>
    [marker && MARKERS[marker](), roles, permissions, scopes].filter((one) => one !== undefined);

  function build(levels: readonly Level[]): Class {
    let type: Class = class {
      open(): void {}
    };
    for (const { ofClass, ofMethod } of levels) {
      const parent: Class = type;
      abstract class Next extends parent {}
      if (ofMethod !== undefined) {
        const descriptor = { value: function open(): void {}, configurable: true, writable: true };
        Object.defineProperty(Next.prototype, 'open', descriptor);
        for (const decorate of decoratorsOf(ofMethod)) decorate(Next.prototype, 'open', descriptor);
      }
      for (const decorate of decoratorsOf(ofClass)) decorate(Next);
      type = Next;
    }
    return type;
  }

  const rankOf = ({ authentication, clauses }: ComposedRoute): number =>
    clauses.length > 0 ? 2 : RANKS.indexOf(authentication ?? 'required');

  it('a derived class that asks more gets it, and everything that was asked before', () => {
    fc.assert(
      fc.property(chain, narrowing, (levels, [decorate, clause]) => {
        const type = build(levels);
        const before = compose(type);
        abstract class Narrower extends type {}
        decorate(Narrower);
        const after = compose(Narrower);
        expect(rankOf(after)).toBe(2);
        if (clause === '') return;
        expect(asked(after)).toEqual(expect.arrayContaining([...asked(before), clause]));
      }),
    );
  });

  it('no inherited method weakens what classes that derive from its own ask for', () => {
    fc.assert(
      fc.property(chain, chain, layer, (bases, derived, ofMethod) => {
        const silent = derived.map(({ ofClass }) => ({ ofClass, ofMethod: undefined }));
        const alone = compose(build(silent));
        const inherited = compose(build([...bases, { ofClass: {} as Layer, ofMethod }, ...silent]));
        expect(asked(inherited)).toEqual(expect.arrayContaining(asked(alone)));
        // A chain that says nothing leaves it to the method.
        if (alone.authentication !== undefined)
          expect(rankOf(inherited)).toBeGreaterThanOrEqual(rankOf(alone));
      }),
    );
  });

  it('a derived class that says nothing changes nothing', () => {
    fc.assert(
      fc.property(chain, (levels) => {
        const type = build(levels);
        abstract class Silent extends type {}
        expect(compose(Silent)).toEqual(compose(type));
      }),
    );
  });
});
