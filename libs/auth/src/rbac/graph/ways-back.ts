import type { Inheritance } from './inheritance.js';

/** Shortest ways along `inherits` inside one knot, breadth first; its arrays serve all searches. */
export class WaysBack {
  /** Edges looked at so far, in all searches. */
  steps = 0;
  private readonly cameFrom: Int32Array;
  private readonly seenIn: Int32Array;
  private readonly queue: Int32Array;
  private search = 0;

  constructor(
    private readonly graph: Inheritance,
    private readonly knot: Int32Array,
  ) {
    this.cameFrom = new Int32Array(graph.size);
    this.seenIn = new Int32Array(graph.size);
    this.queue = new Int32Array(graph.size);
  }

  /** The roles from `from` to `to`, both included; they must lie in one knot. */
  between(from: number, to: number): number[] {
    this.search++;
    let waiting = this.visit(from, -1, 0);
    for (let at = 0; at < waiting && this.queue[at] !== to; at++) {
      const id = this.queue[at] as number;
      for (const parent of this.graph.parentsOf(id)) {
        this.steps++;
        if (this.knot[parent] === this.knot[from] && this.seenIn[parent] !== this.search)
          waiting = this.visit(parent, id, waiting);
      }
    }
    const way: number[] = [];
    for (let id = to; id !== -1; id = this.cameFrom[id] as number) way.push(id);
    this.steps += way.length;
    return way.toReversed();
  }

  private visit(id: number, cameFrom: number, waiting: number): number {
    this.seenIn[id] = this.search;
    this.cameFrom[id] = cameFrom;
    this.queue[waiting] = id;
    return waiting + 1;
  }
}
