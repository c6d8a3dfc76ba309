import type { Inheritance } from './inheritance.js';

/** The knot (strongly connected component) of each role: two roles share a number when each inherits the other. */
export function knotsOf(graph: Inheritance): Int32Array {
  return new KnotSearch(graph).run();
}

/** Tarjan's algorithm with a stack of its own, so that a chain of 10^5 roles can't overflow the call stack. */
class KnotSearch {
  private readonly found: Int32Array;
  private readonly low: Int32Array;
  private readonly knot: Int32Array;
  private readonly nextEdge: Int32Array;
  private readonly open: number[] = [];
  private readonly calls: number[] = [];
  private time = 0;
  private knots = 0;

  constructor(private readonly graph: Inheritance) {
    this.found = new Int32Array(graph.size).fill(-1);
    this.low = new Int32Array(graph.size);
    this.knot = new Int32Array(graph.size).fill(-1);
    this.nextEdge = new Int32Array(graph.size);
  }

  run(): Int32Array {
    for (let root = 0; root < this.graph.size; root++) {
      if (this.found[root] === -1) this.enter(root);
      for (let id = this.calls.at(-1); id !== undefined; id = this.calls.at(-1)) this.step(id);
    }
    return this.knot;
  }

  private step(id: number): void {
    const at = this.nextEdge[id] as number;
    const parent = this.graph.parentsOf(id)[at];
    this.nextEdge[id] = at + 1;
    if (parent === undefined) this.leave(id);
    else if (this.found[parent] === -1) this.enter(parent);
    else if (this.knot[parent] === -1) this.lower(id, this.found[parent] as number);
  }

  private enter(id: number): void {
    this.found[id] = this.low[id] = this.time++;
    this.open.push(id);
    this.calls.push(id);
  }

  private leave(id: number): void {
    this.calls.pop();
    const caller = this.calls.at(-1);
    if (caller !== undefined) this.lower(caller, this.low[id] as number);
    if (this.low[id] !== this.found[id]) return;
    for (let member = this.open.pop(); member !== undefined; member = this.open.pop()) {
      this.knot[member] = this.knots;
      if (member === id) break;
    }
    this.knots++;
  }

  private lower(id: number, to: number): void {
    this.low[id] = Math.min(this.low[id] as number, to);
  }
}
