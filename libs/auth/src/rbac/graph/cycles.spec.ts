import * as fc from 'fast-check';
import { findCycles } from './cycles.js';
import { Inheritance } from './inheritance.js';

const SIZE = 7;

const parents = fc.array(fc.uniqueArray(fc.nat({ max: SIZE - 1 }), { maxLength: 3 }), {
  minLength: SIZE,
  maxLength: SIZE,
});

/** Fewest steps, one at least, from one role to another along `inherits`; Infinity when there is no way. */
function distance(graph: readonly (readonly number[])[], from: number, to: number): number {
  let reached = new Set([from]);
  for (let steps = 1; steps <= SIZE; steps++) {
    reached = new Set([...reached].flatMap((id) => graph[id] ?? []));
    if (reached.has(to)) return steps;
  }
  return Infinity;
}

describe('findCycles', () => {
  it('finds one shortest cycle for each strongly connected component that has one', () => {
    fc.assert(
      fc.property(parents, (graph) => {
        const roles = graph.map((_, id) => id);
        const isTogether = (a: number, b: number): boolean =>
          distance(graph, a, b) < Infinity && distance(graph, b, a) < Infinity;
        // The smallest role of each component with a cycle.
        const expected = roles.filter(
          (id) => isTogether(id, id) && !roles.some((other) => other < id && isTogether(id, other)),
        );
        const cycles = findCycles(new Inheritance(graph));
        expect(cycles.map(([first]) => first)).toEqual(expected);
        for (const cycle of cycles) {
          const [first = -1] = cycle;
          expect(cycle.at(-1)).toBe(first);
          expect(cycle).toHaveLength(distance(graph, first, first) + 1);
          for (const [at, parent] of cycle.slice(1).entries())
            expect(graph[cycle[at] ?? -1]).toContain(parent);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
