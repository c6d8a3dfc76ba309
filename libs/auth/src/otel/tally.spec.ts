import type { Attributes, ObservableResult } from '@opentelemetry/api';
import { MEASURED } from '../configuration/measured.js';
import { Tally } from './tally.js';

describe('Tally', () => {
  const read = (tally: Tally): [Attributes | undefined, number][] => {
    const told: [Attributes | undefined, number][] = [];
    const result = { observe: (value, attributes) => told.push([attributes, value]) } as ObservableResult;
    tally.report(result);
    return told;
  };

  it('counts by a word', () => {
    const tally = new Tally((word) => ({ word }));
    for (const word of ['a', 'b', 'a']) tally.add(word);
    expect(read(tally)).toEqual([
      [{ word: 'a' }, 2],
      [{ word: 'b' }, 1],
    ]);
  });

  it('has a few words only, however many come', () => {
    const tally = new Tally((word) => ({ word }));
    for (let word = 0; word < 1000; word++) tally.add(`word ${word}`);
    expect(read(tally)).toHaveLength(201);
    expect(read(tally).at(-1)).toEqual([{ word: '_OTHER' }, 800]);
  });

  it('is found by the symbol that modules provide it under', () =>
    expect(MEASURED).toBe(Symbol.for('gatehouse:measured')));
});
