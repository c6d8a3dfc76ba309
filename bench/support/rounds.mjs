// Interleaved timing: a busy moment of a shared machine hits every contender alike.

/**
 * Calls `work(n)` for about `ms` milliseconds; `work` runs n operations, sync or async. Answers operations a second of
 * CPU time (all threads): on a shared machine the clock on the wall measures the neighbours as well.
 */
async function timed(work, ms) {
  let batch = 1;
  let done = 0;
  const before = process.cpuUsage();
  for (;;) {
    await work(batch);
    done += batch;
    const { user, system } = process.cpuUsage(before);
    const usedMs = (user + system) / 1000;
    if (usedMs >= ms) return (done / usedMs) * 1000;
    if (usedMs < ms / 20) batch *= 2;
  }
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs each contender `rounds` times in turn; answers `{ name, rates }` in the given order. */
export async function race(contenders, { rounds, ms }) {
  const rows = contenders.map(({ name, work }) => ({ name, work, rates: [] }));
  for (const row of rows) await timed(row.work, ms / 2);
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) row.rates.push(await timed(row.work, ms));
  }
  return rows;
}

/** Prints a table with ratios to the contender called `reference`. */
export function printRace(title, rows, reference) {
  const base = median(rows.find(({ name }) => name === reference).rates);
  console.log(`\n${title}`);
  console.log(
    `${''.padEnd(38)} ${'a CPU second (min-max)'.padEnd(34)} ${'µs each'.padStart(8)} ${'ratio'.padStart(8)}`,
  );
  for (const { name, rates } of rows) {
    const typical = median(rates);
    const span = `${round(typical)} (${round(Math.min(...rates))}-${round(Math.max(...rates))})`;
    const each = (1e6 / typical).toFixed(typical > 1e6 ? 3 : 1);
    console.log(
      `${name.padEnd(38)} ${span.padEnd(34)} ${each.padStart(8)} ${(typical / base).toFixed(2).padStart(8)}`,
    );
  }
}

const round = (value) => Math.round(value).toLocaleString('en');
