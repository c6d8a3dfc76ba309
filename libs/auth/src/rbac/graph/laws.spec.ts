import * as fc from 'fast-check';
import type { AccessDefinition, RoleDefinition } from './access-definition.js';
import { RoleGraph } from './role-graph.js';

type Roles = Readonly<Record<string, Required<RoleDefinition>>>;
interface World {
  readonly roles: Roles;
  readonly scopes: Readonly<Record<string, readonly string[]>>;
}

const WORDS = ['a', 'b', 'own', '__proto__'];
const NAMES = ['constructor', '__proto__', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'];
const TOKENS = ['s0', 's1', '__proto__'];

const permission = fc
  .array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(':'));
const pattern = fc
  .array(fc.constantFrom('*', ...WORDS), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(':'));
const heldRoles = fc.uniqueArray(fc.constantFrom(...NAMES, 'unknown'), { maxLength: 4 });
const heldScope = fc.option(fc.uniqueArray(fc.constantFrom(...TOKENS, 'unmapped'), { maxLength: 3 }), {
  nil: undefined,
});

/** Random DAGs: a role inherits only from later ones. */
const roles: fc.Arbitrary<Roles> = fc
  .tuple(
    ...NAMES.map((_, at) =>
      fc.record({
        inherits: fc.subarray(NAMES.slice(at + 1)),
        grants: fc.uniqueArray(pattern, { maxLength: 3 }),
      }),
    ),
  )
  .map((all) => Object.fromEntries(all.map((role, at) => [NAMES[at] ?? '', role])));
const world: fc.Arbitrary<World> = fc.record({
  roles,
  scopes: fc
    .tuple(...TOKENS.map(() => fc.uniqueArray(pattern, { maxLength: 2 })))
    .map((lists) => Object.fromEntries(lists.map((list, at) => [TOKENS[at] ?? '', list]))),
});
const question = fc.record({ world, held: heldRoles, wanted: permission, scope: heldScope });

/** The oracle: naive, recursive, sharing nothing with the engine. */
function oracle(
  { roles: all, scopes }: World,
  held: readonly string[],
  wanted: string,
  scope?: readonly string[],
): boolean {
  const rights = (name: string): readonly string[] => {
    const role = Object.hasOwn(all, name) ? all[name] : undefined;
    return role === undefined ? [] : [...role.grants, ...role.inherits.flatMap(rights)];
  };
  const match = (given: readonly string[], asked: readonly string[]): boolean => {
    const [head, ...rest] = given;
    const [first, ...others] = asked;
    if (head === undefined || first === undefined) return head === first;
    if (head === '*' && rest.length === 0) return true;
    return (head === '*' || head === first) && match(rest, others);
  };
  const covered = (patterns: readonly string[]): boolean =>
    patterns.some((each) => match(each.split(':'), wanted.split(':')));
  const through = scope?.flatMap((token) => (Object.hasOwn(scopes, token) ? (scopes[token] ?? []) : []));
  return covered(held.flatMap(rights)) && (through === undefined || covered(through));
}

const shuffled = (source: World): AccessDefinition => ({
  roles: Object.entries(source.roles)
    .toReversed()
    .map(
      ([name, { inherits, grants }]) =>
        [name, { inherits: inherits.toReversed(), grants: grants.toReversed() }] as const,
    ),
  scopes: new Map(
    Object.entries(source.scopes)
      .toReversed()
      .map(([name, list]) => [name, list.toReversed()]),
  ),
});

describe('laws', () => {
  it('matrix = lazy column = worked out without a column = explain = naive oracle', () => {
    fc.assert(
      fc.property(question, ({ world: source, held, wanted, scope }) => {
        const expected = oracle(source, held, wanted, scope);
        const compiled = RoleGraph.compile(source, { required: [wanted, 'a', 'a:b', 'b'] });
        const lazy = RoleGraph.compile(source);
        const uncached = RoleGraph.compile(source, { maxColumns: 0 });
        expect(compiled.can(held, wanted, scope)).toBe(expected);
        expect(lazy.can(held, wanted, scope)).toBe(expected);
        expect(uncached.can(held, wanted, scope)).toBe(expected);
        expect(lazy.explain(held, wanted, scope).allowed).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('many lazy columns in any order give the same answers', () => {
    fc.assert(
      fc.property(
        world,
        fc.array(permission, { minLength: 40, maxLength: 80 }),
        heldRoles,
        (source, wanted, held) => {
          const graph = RoleGraph.compile(source, { maxColumns: 20 });
          for (const each of wanted) expect(graph.can(held, each)).toBe(oracle(source, held, each));
          for (const each of wanted) expect(graph.can(held, each)).toBe(oracle(source, held, each));
        },
      ),
      { numRuns: 100 },
    );
  });

  it('union: roles together have exactly what they have one by one', () => {
    fc.assert(
      fc.property(question, ({ world: source, held, wanted }) => {
        const graph = RoleGraph.compile(source);
        expect(graph.can(held, wanted)).toBe(held.some((role) => graph.can([role], wanted)));
      }),
    );
  });

  it('a further role, grant or edge never takes a right away', () => {
    fc.assert(
      fc.property(question, pattern, fc.nat(6), ({ world: source, held, wanted, scope }, grant, at) => {
        const name = NAMES[at] ?? '';
        const parent = NAMES[at + 1] ?? '';
        const role = source.roles[name] ?? { inherits: [], grants: [] };
        const more = {
          ...source,
          roles: Object.fromEntries(
            Object.entries(source.roles).map(([each, before]) => [
              each,
              each !== name
                ? before
                : {
                    inherits: [...new Set([...role.inherits, parent])],
                    grants: [...new Set([...role.grants, grant])],
                  },
            ]),
          ),
        };
        if (!RoleGraph.compile(source).can(held, wanted, scope)) return;
        expect(RoleGraph.compile(more).can(held, wanted, scope)).toBe(true);
        expect(RoleGraph.compile(more).can([...held, name], wanted, scope)).toBe(true);
      }),
    );
  });

  it('a scope never adds a right', () => {
    fc.assert(
      fc.property(question, ({ world: source, held, wanted, scope }) => {
        const graph = RoleGraph.compile(source);
        if (graph.can(held, wanted, scope ?? [])) expect(graph.can(held, wanted)).toBe(true);
      }),
    );
  });

  it('the order of the definition and of the roles changes nothing, explanations included', () => {
    fc.assert(
      fc.property(question, ({ world: source, held, wanted, scope }) => {
        const [one, other] = [RoleGraph.compile(source), RoleGraph.compile(shuffled(source))];
        const { summary, unknownRoles, ...story } = one.explain(held, wanted, scope);
        expect(other.explain(held.toReversed(), wanted, scope?.toReversed())).toMatchObject(story);
        expect([summary, unknownRoles]).toBeDefined();
        expect(other.permissionsOf(held, scope)).toEqual(one.permissionsOf(held, scope));
        expect(other.rolesOf(held)).toEqual(one.rolesOf(held));
        expect(JSON.stringify(other)).toBe(JSON.stringify(one));
      }),
    );
  });

  it('serialise, then load, is identity', () => {
    fc.assert(
      fc.property(question, ({ world: source, held, wanted, scope }) => {
        const graph = RoleGraph.compile(source);
        const text = JSON.stringify(graph);
        const again = RoleGraph.compile(JSON.parse(text) as AccessDefinition);
        expect(JSON.stringify(again)).toBe(text);
        expect(again.explain(held, wanted, scope)).toEqual(graph.explain(held, wanted, scope));
      }),
    );
  });

  it('permissionsOf covers a permission exactly when can() allows it', () => {
    fc.assert(
      fc.property(question, ({ world: source, held, wanted, scope }) => {
        const grants = RoleGraph.compile(source).permissionsOf(held, scope);
        const alone = { roles: { it: { inherits: [], grants } }, scopes: {} };
        expect(oracle(alone, ['it'], wanted)).toBe(oracle(source, held, wanted, scope));
      }),
      { numRuns: 1000 },
    );
  });

  it('rolesGranting lists exactly the roles that can', () => {
    fc.assert(
      fc.property(question, ({ world: source, wanted }) => {
        const able = NAMES.filter((name) => oracle(source, [name], wanted)).sort();
        expect(RoleGraph.compile(source).rolesGranting(wanted)).toEqual(able);
      }),
    );
  });

  it('an explanation holds: its path exists, its grant matches, its nearest roles can', () => {
    fc.assert(
      fc.property(question, ({ world: source, held, wanted, scope }) => {
        const graph = RoleGraph.compile(source);
        const { path, role, pattern: grant, nearestRoles, neededScopes } = graph.explain(held, wanted, scope);
        if (role !== undefined) {
          expect(held).toContain(path[0]);
          for (const [at, parent] of path.slice(1).entries())
            expect(source.roles[path[at] ?? '']?.inherits).toContain(parent);
          expect(source.roles[role]?.grants).toContain(grant);
        }
        for (const nearest of nearestRoles) expect(oracle(source, [nearest], wanted)).toBe(true);
        for (const token of neededScopes)
          expect(graph.lets([token], graph.column(wanted) ?? { words: new Uint32Array(0), mask: 0 })).toBe(
            true,
          );
      }),
    );
  });

  it('the same questions get the same answers', () => {
    fc.assert(
      fc.property(question, ({ world: source, held, wanted, scope }) => {
        const graph = RoleGraph.compile(source);
        expect(graph.explain(held, wanted, scope)).toEqual(graph.explain(held, wanted, scope));
        expect(graph.can(held, wanted, scope)).toBe(graph.can(held, wanted, scope));
      }),
    );
  });
});
