import type { AccessDefinition, RoleDefinition } from './access-definition.js';
import { AccessDefinitionError } from './access-definition.error.js';
import { RoleGraph } from './role-graph.js';

const SIZE = 100_000;
// Generous for a busy machine; an exponential or quadratic algorithm would need minutes to centuries.
const SOON_MS = 30_000;

const definition = (role: (index: number) => RoleDefinition): AccessDefinition => ({
  roles: Array.from({ length: SIZE }, (_, index) => [`r${index}`, role(index)] as const),
});

function errorOf(large: AccessDefinition): AccessDefinitionError {
  const before = Date.now();
  try {
    RoleGraph.compile(large);
  } catch (error) {
    expect(Date.now() - before).toBeLessThan(SOON_MS);
    if (error instanceof AccessDefinitionError) return error;
    throw error;
  }
  throw new Error('was taken');
}

describe('100,000 roles', () => {
  it('in one chain are walked without recursion', () => {
    const chain = RoleGraph.compile(
      definition((index) => (index === SIZE - 1 ? { grants: ['deep'] } : { inherits: [`r${index + 1}`] })),
    );
    expect(chain.can(['r0'], 'deep')).toBe(true);
    expect(chain.explain(['r0'], 'deep').path).toHaveLength(SIZE);
    expect(chain.rolesOf(['r0'])).toHaveLength(SIZE);
  });

  it('in one ring give one path', () => {
    const { problems } = errorOf(definition((index) => ({ inherits: [`r${(index + 1) % SIZE}`] })));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.path).toHaveLength(SIZE + 1);
  });

  it('in 50,000 pairs give 50,000 paths', () => {
    const { problems } = errorOf(definition((index) => ({ inherits: [`r${index ^ 1}`] })));
    expect(problems).toHaveLength(SIZE / 2);
    expect(problems.every(({ kind, path }) => kind === 'cycle' && path?.length === 3)).toBe(true);
  });

  it('in one strongly connected component of 300,000 edges give one path', () => {
    const inherits = (index: number): string[] =>
      [1, 7919, 104_729 % SIZE].map((step) => `r${(index * 3 + step) % SIZE}`);
    const { problems } = errorOf(definition((index) => ({ inherits: inherits(index) })));
    expect(problems).toHaveLength(1);
    const path = problems[0]?.path ?? [];
    expect(path.at(-1)).toBe(path[0]);
    for (const [at, parent] of path.slice(1).entries())
      expect(inherits(Number(path[at]?.slice(1)))).toContain(parent);
  });

  it('with dangling parents and malformed grants are all named, by an error that keeps its message short', () => {
    const { problems, message } = errorOf(
      definition((index) => ({ inherits: [`ghost${index}`], grants: ['not a name'] })),
    );
    expect(problems.filter(({ kind }) => kind === 'unknown-parent')).toHaveLength(SIZE);
    expect(problems.filter(({ kind }) => kind === 'malformed')).toHaveLength(SIZE);
    expect(message).toMatch(/and 199980 more/);
  });
});

describe('a layered graph with exponentially many paths', () => {
  const layers = 200;
  const width = 8;
  const roles = Array.from({ length: layers * width }, (_, index): readonly [string, RoleDefinition] => {
    const layer = Math.floor(index / width);
    const inherits = Array.from({ length: width }, (__, at) => `r${(layer + 1) * width + at}`);
    return [`r${index}`, layer === layers - 1 ? { grants: ['bottom'] } : { inherits }];
  });

  it('is answered, explained and listed at once', () => {
    const graph = RoleGraph.compile({ roles });
    expect(graph.can(['r0'], 'bottom')).toBe(true);
    expect(graph.explain(['r0'], 'bottom').path).toHaveLength(layers);
    expect(graph.can(['r0'], 'nothing')).toBe(false);
    expect(graph.explain(['r0'], 'nothing').allowed).toBe(false);
  });

  it('is refused at once when it is closed to a cycle', () => {
    const closed = roles.map(
      ([name, role], index) => [name, index < (layers - 1) * width ? role : { inherits: ['r0'] }] as const,
    );
    expect(() => RoleGraph.compile({ roles: closed })).toThrow(AccessDefinitionError);
  });
});
