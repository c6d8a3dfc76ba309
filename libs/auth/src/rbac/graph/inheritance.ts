/** Who inherits from whom, by number: role `i` has the rights of `parentsOf(i)`. Every walk is iterative. */
export class Inheritance {
  private readonly offsets: Int32Array;
  private readonly targets: Int32Array;
  /** Every role after all of its parents; shorter than {@link size} when there is a cycle. */
  readonly order: Int32Array;

  /** @param parents of each role, without repetition; sorted here so that results don't depend on their order. */
  constructor(parents: readonly (readonly number[])[]) {
    this.offsets = new Int32Array(parents.length + 1);
    for (const [id, list] of parents.entries()) this.offsets[id + 1] = (this.offsets[id] ?? 0) + list.length;
    this.targets = new Int32Array(this.offsets.at(-1) ?? 0);
    for (const [id, list] of parents.entries()) this.targets.set(list, this.offsets[id]);
    for (let id = 0; id < parents.length; id++) this.parentsOf(id).sort();
    this.order = this.sortTopologically();
  }

  get size(): number {
    return this.offsets.length - 1;
  }

  get isCyclic(): boolean {
    return this.order.length < this.size;
  }

  parentsOf(id: number): Int32Array {
    return this.targets.subarray(this.offsets[id], this.offsets[id + 1]);
  }

  /** The same roles with every edge reversed: `parentsOf` then answers the heirs. */
  reversed(): Inheritance {
    const heirs = Array.from({ length: this.size }, (): number[] => []);
    for (let id = 0; id < this.size; id++) for (const parent of this.parentsOf(id)) heirs[parent]?.push(id);
    return new Inheritance(heirs);
  }

  /** ORs every role's word with the words of all it inherits from; a few microseconds per thousand edges. */
  spread(words: Uint32Array): void {
    const { order, offsets, targets } = this;
    // Plain loops: this is the inner loop of every compilation.
    for (let at = 0; at < order.length; at++) {
      const id = order[at] as number;
      const end = offsets[id + 1] as number;
      let word = words[id] as number;
      for (let edge = offsets[id] as number; edge < end; edge++)
        word |= words[targets[edge] as number] as number;
      words[id] = word;
    }
  }

  /** Breadth first from some roles, themselves included: each reached role with the one it was reached from (-1: a start). */
  reach(starts: Iterable<number>): Map<number, number> {
    const cameFrom = new Map<number, number>();
    for (const start of starts) cameFrom.set(start, -1);
    // Iterating a Map also visits keys that are added meanwhile, so it is the queue as well.
    for (const id of cameFrom.keys())
      for (const parent of this.parentsOf(id)) if (!cameFrom.has(parent)) cameFrom.set(parent, id);
    return cameFrom;
  }

  private sortTopologically(): Int32Array {
    const { offsets, targets, size } = this;
    // The heirs of each role as a linked list of edges: arrays of arrays would cost more than the sort.
    const firstEdge = new Int32Array(size).fill(-1);
    const nextEdge = new Int32Array(targets.length);
    const heirOf = new Int32Array(targets.length);
    const waiting = new Int32Array(size);
    const order = new Int32Array(size);
    let known = 0;
    for (let id = 0; id < size; id++) {
      const [start, end] = [offsets[id] as number, offsets[id + 1] as number];
      waiting[id] = end - start;
      if (start === end) order[known++] = id;
      for (let edge = start; edge < end; edge++) {
        const parent = targets[edge] as number;
        nextEdge[edge] = firstEdge[parent] as number;
        firstEdge[parent] = edge;
        heirOf[edge] = id;
      }
    }
    for (let at = 0; at < known; at++)
      for (
        let edge = firstEdge[order[at] as number] as number;
        edge !== -1;
        edge = nextEdge[edge] as number
      ) {
        const heir = heirOf[edge] as number;
        waiting[heir] = (waiting[heir] as number) - 1;
        if (waiting[heir] === 0) order[known++] = heir;
      }
    return order.subarray(0, known);
  }
}
