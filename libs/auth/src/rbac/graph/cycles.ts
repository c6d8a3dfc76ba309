import type { Inheritance } from './inheritance.js';

/**
 * One cycle for each strongly connected component of the graph that has one: the shortest through its smallest role, as
 * its roles along `inherits` with the first one again at the end. (All cycles can be exponentially many.)
 */
export function findCycles(graph: Inheritance): readonly (readonly number[])[] {
  const component = strongComponents(graph);
  const done = new Set<number>();
  const cycles: (readonly number[])[] = [];
  for (let id = 0; id < graph.size; id++) {
    const its = component[id] as number;
    if (done.has(its)) continue;
    done.add(its);
    const cycle = shortestCycleThrough(id, graph, component);
    if (cycle !== undefined) cycles.push(cycle);
  }
  return cycles;
}

/** Breadth first inside the component of a role, until an edge leads back to it. */
function shortestCycleThrough(
  start: number,
  graph: Inheritance,
  component: Int32Array,
): readonly number[] | undefined {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  // The loop also sees what is added meanwhile.
  for (const id of queue)
    for (const parent of graph.parentsOf(id)) {
      if (parent === start) return [start, ...wayTo(id, cameFrom), start];
      if (component[parent] !== component[start] || cameFrom.has(parent)) continue;
      cameFrom.set(parent, id);
      queue.push(parent);
    }
  return undefined;
}

/** The roles of a search that lead to a role, the start of the search left out. */
function wayTo(end: number, cameFrom: ReadonlyMap<number, number>): readonly number[] {
  const way: number[] = [];
  for (let id = end, from = cameFrom.get(id); from !== undefined; id = from, from = cameFrom.get(id))
    way.push(id);
  return way.toReversed();
}

/**
 * The strongly connected component of each role, as a number: two roles share it when each inherits the other. Kosaraju's
 * algorithm, without recursion: a chain of 10^5 roles must not overflow the call stack.
 */
function strongComponents(graph: Inheritance): Int32Array {
  const heirs = graph.reversed();
  const component = new Int32Array(graph.size).fill(-1);
  let components = 0;
  for (const root of finishingOrder(graph).toReversed()) {
    if (component[root] !== -1) continue;
    component[root] = components;
    const members = [root];
    for (const id of members)
      for (const heir of heirs.parentsOf(id)) {
        if (component[heir] !== -1) continue;
        component[heir] = components;
        members.push(heir);
      }
    components++;
  }
  return component;
}

/** The roles in the order in which a depth-first walk along `inherits` leaves them. */
function finishingOrder(graph: Inheritance): readonly number[] {
  const nextEdge = new Int32Array(graph.size);
  const isSeen = new Uint8Array(graph.size);
  const order: number[] = [];
  for (let root = 0; root < graph.size; root++) {
    if (isSeen[root] === 1) continue;
    isSeen[root] = 1;
    const path = [root];
    for (let id = path.at(-1); id !== undefined; id = path.at(-1)) {
      const edge = nextEdge[id] as number;
      const parent = graph.parentsOf(id)[edge];
      nextEdge[id] = edge + 1;
      if (parent === undefined) {
        order.push(id);
        path.pop();
      } else if (isSeen[parent] === 0) {
        isSeen[parent] = 1;
        path.push(parent);
      }
    }
  }
  return order;
}
