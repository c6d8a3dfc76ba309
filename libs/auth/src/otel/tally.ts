import type { Attributes, ObservableResult } from '@opentelemetry/api';

interface Count {
  readonly attributes: Attributes;
  value: number;
}

// Words come from options and from the code: there are a few dozen at the most. Whatever else came must not fill the memory.
const MOST_WORDS = 200;
const OTHER = '_OTHER';

/** Counts of one instrument by a word: on the way of a request an integer is increased, and somebody reads it now and then. */
export class Tally {
  private readonly counts = new Map<string, Count>();

  /** @param attributesOf what the word stands for in the metric */
  constructor(private readonly attributesOf: (word: string) => Attributes) {}

  add(word: string, times = 1): void {
    const count = this.counts.get(word) ?? this.begin(word);
    count.value += times;
  }

  /** For `addCallback()` of an observable counter. */
  readonly report = (result: ObservableResult): void => {
    for (const { attributes, value } of this.counts.values()) result.observe(value, attributes);
  };

  private begin(word: string): Count {
    if (this.counts.size >= MOST_WORDS && word !== OTHER) return this.counts.get(OTHER) ?? this.begin(OTHER);
    const count = { attributes: this.attributesOf(word), value: 0 };
    this.counts.set(word, count);
    return count;
  }
}
