import { around, watched } from './around.js';

class Counter {
  private count = 0;

  add(units: number): number {
    if (units < 0) throw new RangeError('less than nothing');
    return (this.count += units);
  }

  async later(units: number): Promise<number> {
    return this.add(units);
  }
}

describe('around()', () => {
  it('puts something around a method of one object, and takes it off', () => {
    const [counter, other] = [new Counter(), new Counter()];
    const seen: number[] = [];
    const undo = around(counter, 'add', (add) => (units) => {
      seen.push(units);
      return add(units);
    });
    expect([counter.add(2), other.add(5)]).toEqual([2, 5]);
    undo();
    expect(counter.add(1)).toBe(3);
    expect(seen).toEqual([2]);
    expect(Object.keys(counter)).toEqual(['count']);
  });

  it('gives back what was there, where the method was a property of its own', () => {
    const first = (): number => 1;
    const calls = { first };
    around(calls, 'first', () => () => 2)();
    expect(calls.first).toBe(first);
  });
});

describe('watched()', () => {
  it('sees answers and errors, at once and later, and lets them through', async () => {
    const counter = new Counter();
    const seen: unknown[] = [];
    const watch = <Answer>(method: (units: number) => Answer | Promise<Answer>) =>
      watched(
        method,
        (answer, [units], waited) => seen.push([answer, units, waited]),
        (error) => seen.push((error as Error).name),
      );
    const add = watch((units) => counter.add(units));
    const later = watch((units) => counter.later(units));
    expect(add(2)).toBe(2);
    expect(await later(3)).toBe(5);
    expect(() => add(-1)).toThrow('less than nothing');
    await expect(later(-1)).rejects.toThrow('less than nothing');
    expect(seen).toEqual([[2, 2, false], [5, 3, true], 'RangeError', 'RangeError']);
  });
});
