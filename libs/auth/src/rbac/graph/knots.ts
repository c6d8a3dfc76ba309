import type { Inheritance } from './inheritance.js';

/**
 * The knot (strongly connected component) of each role: two roles share a number when each inherits the other.
 * Tarjan's algorithm with a stack of its own, so that a chain of 10^5 roles can't overflow the call stack.
 */
export function knotsOf(graph: Inheritance): Int32Array {
  const { size } = graph;
  const found = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const knot = new Int32Array(size).fill(-1);
  const nextEdge = new Int32Array(size);
  const open: number[] = [];
  const calls: number[] = [];
  let time = 0;
  let knots = 0;

  const enter = (id: number): void => {
    found[id] = low[id] = time++;
    open.push(id);
    calls.push(id);
  };
  const leave = (id: number): void => {
    calls.pop();
    const caller = calls.at(-1);
    if (caller !== undefined) low[caller] = Math.min(low[caller] as number, low[id] as number);
    if (low[id] !== found[id]) return;
    for (let member = open.pop(); member !== undefined; member = open.pop()) {
      knot[member] = knots;
      if (member === id) break;
    }
    knots++;
  };

  for (let root = 0; root < size; root++) {
    if (found[root] === -1) enter(root);
    for (let id = calls.at(-1); id !== undefined; id = calls.at(-1)) {
      const at = nextEdge[id] as number;
      const parent = graph.parentsOf(id)[at];
      nextEdge[id] = at + 1;
      if (parent === undefined) leave(id);
      else if (found[parent] === -1) enter(parent);
      else if (knot[parent] === -1) low[id] = Math.min(low[id] as number, found[parent] as number);
    }
  }
  return knot;
}
