// What requests of each phase got, by the time at which they were due.

/** A slice in which the bare app was as prompt as this is quiet: the machine had time for us. */
const QUIET_P99_MS = 2.5;
const SLICE_MS = 500;

/**
 * p99 of the requests of quiet slices, and how many seconds those are. Others may use the machine; whether they do is judged
 * by the bare app alone, never by what is measured.
 */
export function quietP99({ dueAt, tookMs }, [from, to], isControl) {
  const slices = new Map();
  dueAt.forEach((due, at) => {
    const time = performance.timeOrigin + due;
    if (time < from || time >= to) return;
    const number = Math.floor((time - from) / SLICE_MS);
    if (!slices.has(number)) slices.set(number, { control: [], meant: [] });
    slices.get(number)[isControl(at) ? 'control' : 'meant'].push(tookMs[at]);
  });
  const quiet = [...slices.values()].filter(
    ({ control }) => quantile(ascending(control), 0.99) < QUIET_P99_MS,
  );
  const took = ascending(quiet.flatMap(({ meant }) => meant));
  return { p99: quantile(took, 0.99), seconds: (quiet.length * SLICE_MS) / 1000 };
}

const ascending = (values) => values.toSorted((a, b) => a - b);

/**
 * `phases`: name → [from, to), in milliseconds since the epoch. Who was under way when the outage began belongs to
 * `during`, and to no other phase. `isMeant` chooses among the requests.
 */
export function summarise(load, phases, isMeant) {
  const [, beganAt] = phases.before;
  const dueAt = load.dueAt.map((due) => performance.timeOrigin + due);
  const isCaught = (at) => dueAt[at] < beganAt && dueAt[at] + load.tookMs[at] > beganAt;
  const rows = {};
  for (const [name, [from, to]] of Object.entries(phases)) {
    const isWithin = (at) => (isCaught(at) ? name === 'during' : dueAt[at] >= from && dueAt[at] < to);
    const within = [...dueAt.keys()].filter((at) => isMeant(at) && isWithin(at));
    rows[name] = summaryOf(load, within, from);
  }
  return rows;
}

function summaryOf({ dueAt, tookMs, lateMs, statuses }, within, from) {
  const took = within.map((at) => tookMs[at]).sort((a, b) => a - b);
  const counts = {};
  for (const at of within) counts[statuses[at]] = (counts[statuses[at]] ?? 0) + 1;
  const refused = within.filter((at) => statuses[at] !== 200);
  const last = refused.at(-1);
  return {
    requests: within.length,
    p50: quantile(took, 0.5),
    p99: quantile(took, 0.99),
    max: took.at(-1) ?? 0,
    counts,
    lateP99: quantile(
      within.map((at) => lateMs[at]).sort((a, b) => a - b),
      0.99,
    ),
    /** From the beginning of the phase until the last request that wasn't answered 200 was due. */
    refusedForMs: last === undefined ? 0 : performance.timeOrigin + dueAt[last] - from,
  };
}

/** The value that the given share of them doesn't exceed. */
export function quantile(sorted, share) {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}
