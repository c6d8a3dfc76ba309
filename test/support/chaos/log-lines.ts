const BEGIN = /Redis can't be used: (?:([A-Z]{2,}):)?/;
const END = /Redis can be used again after .*?\((?:([A-Z]{2,}):)?/;
const NO_ANSWERS = 'no answers';

/** The lines that tell of troubles. */
export function troublesOf(output: string): readonly string[] {
  return output.split('\n').filter((line) => BEGIN.test(line) || END.test(line));
}

/**
 * What is wrong with the log of one instance: of each kind of trouble (no answers, or a word that Redis replied) one line tells
 * that it begins, and one that it is over, and nothing else is said.
 * @param outages that the instance went through
 */
export function wrongLines(output: string, outages: number): readonly string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const open = new Set<string>();
  const begun = new Map<string, number>();
  const wrong = lines.filter((line) => {
    const [isEnd, over = NO_ANSWERS] = END.exec(line) ?? [];
    if (isEnd !== undefined) return !open.delete(over);
    const [isBegin, kind = NO_ANSWERS] = BEGIN.exec(line) ?? [];
    if (isBegin === undefined || open.has(kind)) return true;
    open.add(kind);
    begun.set(kind, (begun.get(kind) ?? 0) + 1);
    return false;
  });
  const repeated = [...begun].filter(([, count]) => count > outages);
  return [...wrong, ...repeated.map(([kind, count]) => `${count} times "${kind}", in ${outages} outages`)];
}
