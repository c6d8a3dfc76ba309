import type { History, Operation } from './operation.js';

const percentiles = [50, 99, 100] as const;

/** How long decisions took: while all was well, of those that waited for a server that was away, and of those that were refused at once. */
export function durationsOf({ operations, faults }: History): string {
  const lines = faults.map(({ name, beganAt, settledAt }) => {
    const during = operations.filter(
      ({ completedAt, invokedAt }) => completedAt > beganAt && invokedAt < settledAt,
    );
    // What an instance refuses first has found the server silent; from then on nobody waits for it.
    const openedAt = (instance: number): number =>
      during.find((each) => each.instance === instance && each.answer.status === 503)?.completedAt ??
      Infinity;
    const opened = new Map([0, 1].map((instance) => [instance, openedAt(instance)]));
    const isRefused = ({ answer }: Operation): boolean => answer.status === 503;
    const refused = during.filter(isRefused);
    const isEarly = ({ invokedAt, instance }: Operation): boolean => invokedAt < opened.get(instance)!;
    return [
      `${name} (${(settledAt - beganAt).toFixed(0)} ms)`,
      `while away ${summary(refused.filter(isEarly))}`,
      `breaker open ${summary(refused.filter((each) => !isEarly(each)))}`,
      `decided ${summary(during.filter((each) => !isRefused(each)))}`,
    ].join('; ');
  });
  const calm = operations.filter(({ invokedAt, completedAt }) =>
    faults.every(({ beganAt, settledAt }) => completedAt < beganAt || invokedAt > settledAt),
  );
  return [`all is well ${summary(calm)}`, ...lines].join('\n');
}

function summary(operations: readonly Operation[]): string {
  const durations = operations
    .map(({ invokedAt, completedAt }) => completedAt - invokedAt)
    .sort((a, b) => a - b);
  const at = (percentile: number): string =>
    (durations[Math.ceil((durations.length * percentile) / 100) - 1] ?? Number.NaN).toFixed(1);
  return `n=${durations.length} p50/p99/max ${percentiles.map(at).join('/')} ms`;
}
