import type { Inheritance } from './inheritance.js';
import { knotsOf } from './knots.js';
import { WaysBack } from './ways-back.js';

// A definition of 10^5 tangled roles must be refused quickly: shortest paths are looked for until this many steps were made.
const MAX_STEPS = 3_000_000;

/** The cycles of a graph. */
export interface Cycles {
  /** Each as its roles along `inherits`, smallest first and again at the end. */
  readonly paths: readonly (readonly number[])[];
  /** Edges that lie on a cycle but whose path was not worked out because the definition is too tangled. */
  readonly unexplored: readonly (readonly [heir: number, parent: number])[];
}

/**
 * Shortest cycles that together contain **every** edge that lies on a cycle: cut each of them and none is left.
 * (All elementary cycles can be exponentially many.)
 */
export function findCycles(graph: Inheritance): Cycles {
  const knot = knotsOf(graph);
  const ways = new WaysBack(graph, knot);
  const paths: number[][] = [];
  const unexplored: [number, number][] = [];
  const covered = new Set<number>();
  const shown = new Set<number>();
  const edge = (heir: number, parent: number): number => heir * graph.size + parent;
  for (let id = 0; id < graph.size; id++)
    for (const parent of graph.parentsOf(id)) {
      if (knot[id] !== knot[parent] || covered.has(edge(id, parent))) continue;
      // Every knot shows at least one path, however many steps were made before.
      if (ways.steps > MAX_STEPS && shown.has(knot[id] as number)) {
        unexplored.push([id, parent]);
        continue;
      }
      const cycle = [id, ...ways.between(parent, id)];
      for (const [at, from] of cycle.slice(0, -1).entries()) covered.add(edge(from, cycle[at + 1] as number));
      paths.push(smallestFirst(cycle));
      shown.add(knot[id] as number);
    }
  return { paths, unexplored };
}

function smallestFirst(closed: readonly number[]): number[] {
  const open = closed.slice(0, -1);
  let first = 0;
  for (const [at, id] of open.entries()) if (id < (open[first] as number)) first = at;
  return [...open.slice(first), ...open.slice(0, first), open[first] as number];
}
