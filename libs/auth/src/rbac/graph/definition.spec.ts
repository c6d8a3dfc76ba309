import { AccessDefinitionError } from './access-definition.error.js';
import { RoleGraph } from './role-graph.js';

function problemsOf(definition: unknown): AccessDefinitionError['problems'] {
  try {
    RoleGraph.compile(definition as never);
  } catch (error) {
    if (error instanceof AccessDefinitionError) return error.problems;
    throw error;
  }
  return [];
}

const cyclesOf = (definition: unknown): (readonly string[] | undefined)[] =>
  problemsOf(definition)
    .filter(({ kind }) => kind === 'cycle')
    .map(({ path }) => path);

describe('a definition is rejected as a whole', () => {
  it('with every problem of every kind at once', () => {
    const problems = problemsOf({
      roles: {
        a: { inherits: ['b'] },
        b: { inherits: ['a', 'ghost'] },
        c: { grants: ['posts:read', 'posts:read', 'po sts'] },
        'no role': {},
        self: { inherits: ['self'] },
        d: null,
      },
      scopes: { 'blog.read': ['*:re*'] },
    });
    expect(problems.map(({ kind, role }) => `${kind} ${role}`).sort()).toEqual([
      'cycle a',
      'cycle self',
      'duplicate c',
      'malformed blog.read',
      'malformed c',
      'malformed d',
      'malformed no role',
      'unknown-parent b',
    ]);
  });

  it('naming role, list, index and position of a malformed name', () => {
    expect(problemsOf({ roles: { editor: { grants: ['posts:read', 'posts:wr ite'] } } })).toEqual([
      expect.objectContaining({
        kind: 'malformed',
        role: 'editor',
        list: 'grants',
        index: 1,
        position: 8,
        name: 'posts:wr ite',
      }),
    ]);
  });

  it.each([
    ['empty', '', 0],
    ['leading space', ' posts:read', 0],
    ['trailing space', 'posts:read ', 10],
    ['newline', 'posts:read\n', 10],
    ['partial glob', 'posts:re*', 8],
    ['double star', 'posts:**', 6],
    ['regex', 'posts:.*', 7],
    ['empty segment', 'posts::read', 6],
    ['trailing colon', 'posts:', 6],
    ['nine segments', 'a:b:c:d:e:f:g:h:i', 16],
    ['long segment', `posts:${'x'.repeat(65)}`, 70],
    ['too long', Array.from({ length: 5 }, () => 'x'.repeat(60)).join(':'), 256],
    ['umlaut', 'pösts', 1],
  ])('refuses a grant with %s', (_, grant, position) => {
    expect(problemsOf({ roles: { it: { grants: [grant] } } })).toEqual([
      expect.objectContaining({ kind: 'malformed', role: 'it', index: 0, position }),
    ]);
  });

  it.each([['a:b'], ['a b'], [''], ['*'], ['x'.repeat(65)]])('refuses the role name %j', (name) => {
    expect(problemsOf({ roles: { [name]: {} } })).toEqual([
      expect.objectContaining({ kind: 'malformed', index: 0 }),
    ]);
  });

  it('looks into roles whose names are wrong or repeated', () => {
    const roles = [
      ['a', {}],
      ['a', { inherits: ['ghost'] }],
      ['b b', { inherits: ['ghost'], grants: ['x', 'x'] }],
    ];
    expect(
      problemsOf({ roles })
        .map(({ kind, role }) => `${kind} ${role}`)
        .sort(),
    ).toEqual(['duplicate a', 'duplicate b b', 'malformed b b', 'unknown-parent a', 'unknown-parent b b']);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a list', []],
    ['text', 'admin'],
    ['no roles', {}],
    ['[10-20] roles as an empty list', { roles: [] }],
    ['[10-20] scopes as an empty list', { roles: {}, scopes: [] }],
    ['roles as text', { roles: 'admin' }],
    ['a role as text', { roles: { admin: 'x' } }],
    ['a role as a list', { roles: { admin: ['x'] } }],
    ['grants of null', { roles: { admin: { grants: null } } }],
    ['grants as text', { roles: { admin: { grants: '*' } } }],
    ['a grant that is a number', { roles: { admin: { grants: [1] } } }],
    ['an undefined enum member', { roles: { admin: { grants: [undefined] } } }],
    ['an undefined parent', { roles: { admin: { inherits: [undefined] } } }],
    ['a misspelt property', { roles: { admin: { inherit: [] } } }],
    ['a misspelt list', { roles: {}, scope: {} }],
    ['a role hidden in a prototype', { roles: Object.create({ admin: {} }) as object }],
    ['rows that are no entries', { roles: ['admin'] }],
    ['a sparse list', { roles: { admin: { grants: Array<string>(1) } } }],
  ])('refuses %s', (_, definition) => {
    expect(problemsOf(definition).map(({ kind }) => kind)).toEqual(['malformed']);
  });

  it('finds duplicates in lists and in every form of table', () => {
    const twice = [
      ['a', {}],
      ['a', {}],
    ];
    expect(problemsOf({ roles: twice })).toMatchObject([{ kind: 'duplicate', role: 'a', index: 1 }]);
    expect(problemsOf({ roles: { a: {}, b: { inherits: ['a', 'a'] } } })).toMatchObject([
      { kind: 'duplicate', role: 'b', list: 'inherits', index: 1, name: 'a' },
    ]);
    expect(problemsOf({ roles: {}, permissions: ['x', 'x'] })).toMatchObject([{ kind: 'duplicate' }]);
  });
});

describe('cycles', () => {
  it.each<[string, Record<string, string[]>, string[][]]>([
    ['a self-loop', { a: ['a'] }, [['a', 'a']]],
    ['two roles', { b: ['a'], a: ['b'] }, [['a', 'b', 'a']]],
    ['a ring', { a: ['b'], b: ['c'], c: ['a'] }, [['a', 'b', 'c', 'a']]],
    [
      'two apart',
      { a: ['b'], b: ['a'], x: ['y'], y: ['x'] },
      [
        ['a', 'b', 'a'],
        ['x', 'y', 'x'],
      ],
    ],
    ['of two that share a role the first', { a: ['b', 'c'], b: ['a'], c: ['a'] }, [['a', 'b', 'a']]],
    [
      'of two that share an edge the first',
      { a: ['b', 'c'], b: ['d'], c: ['d'], d: ['a'] },
      [['a', 'b', 'd', 'a']],
    ],
    ['what hangs on one', { top: ['a'], a: ['b'], b: ['a', 'base'], base: [] }, [['a', 'b', 'a']]],
  ])('%s', (_, inherits, paths) => {
    const roles = Object.fromEntries(
      Object.entries(inherits).map(([name, parents]) => [name, { inherits: parents }]),
    );
    expect(cyclesOf({ roles })).toEqual(paths);
  });

  it('are shown as a path of arrows', () => {
    expect(() => RoleGraph.compile({ roles: { a: { inherits: ['b'] }, b: { inherits: ['a'] } } })).toThrow(
      'a → b → a',
    );
  });
});

describe('names of the object prototype', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype'])(
    '%s is an ordinary name',
    (name) => {
      const text = `{"roles":{"${name}":{"grants":["${name}"]},"heir":{"inherits":["${name}"]}},"scopes":{"${name}":["${name}"]}}`;
      const graph = RoleGraph.compile(JSON.parse(text) as never);
      expect(graph.can([name], name)).toBe(true);
      expect(graph.can(['heir'], name, [name])).toBe(true);
      expect(graph.rolesOf(['heir'])).toEqual([name, 'heir'].sort());
      expect(RoleGraph.compile(JSON.parse(JSON.stringify(graph)) as never).can(['heir'], name)).toBe(true);
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'valueOf'])('%s is nobody unless defined', (name) => {
    const graph = RoleGraph.compile({ roles: { admin: { grants: ['posts:read'] } } });
    expect(graph.can([name], 'posts:read')).toBe(false);
    expect(graph.can(['admin'], name)).toBe(false);
    expect(graph.can(['admin'], 'posts:read', [name])).toBe(false);
  });
});

describe('forms of a table', () => {
  it.each<[string, unknown]>([
    ['an object', { a: { grants: ['x'] }, b: { inherits: ['a'] } }],
    [
      'an object without prototype',
      Object.assign(Object.create(null), { a: { grants: ['x'] }, b: { inherits: ['a'] } }),
    ],
    [
      'a Map',
      new Map([
        ['a', { grants: ['x'] }],
        ['b', { inherits: ['a'] }],
      ] as const),
    ],
    [
      'a list of entries',
      [
        ['b', { inherits: ['a'] }],
        ['a', { grants: ['x'] }],
      ],
    ],
  ])('%s', (_, roles) => {
    expect(RoleGraph.compile({ roles } as never).can(['b'], 'x')).toBe(true);
  });
});
