import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { limitedProcesses } from '../../../../../test/throttler/limited-processes.js';
import type { WindowHit, WindowPrecision } from '../sliding-window/sliding-window.store.js';

const WINDOW_MS = 30_000;
const REMEMBERED_MS = 1_000;
const runs = { numRuns: 60 };

/** Time passes, the shared store may come or go, and then a process is asked. */
interface Step {
  readonly pauseMs: number;
  readonly toggles: boolean;
  readonly process: number;
  readonly cost: number;
}

interface Admitted {
  readonly at: number;
  readonly cost: number;
  readonly isAway: boolean;
}

const historyOf = (processes: number, maxCost: number): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      pauseMs: fc.oneof(
        fc.constant(0),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: WINDOW_MS / 4 }),
        fc.constant(WINDOW_MS),
      ),
      toggles: fc.boolean(),
      process: fc.integer({ min: 0, max: processes - 1 }),
      cost: fc.integer({ min: 1, max: maxCost }),
    }),
    { minLength: 1, maxLength: 60 },
  );

const limits = fc.integer({ min: 1, max: 12 });
const precisions = fc.constantFrom<WindowPrecision>('exact', 'bounded');

describe('laws of limits through outages', () => {
  beforeAll(() => jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {}));
  afterAll(() => jest.restoreAllMocks());

  const hitOf = (limit: number, precision: WindowPrecision): WindowHit => ({
    name: 'law',
    key: 'somebody',
    precision,
    limit,
    windowMs: WINDOW_MS,
    blockMs: 0,
    cost: 1,
  });

  async function play(
    steps: readonly Step[],
    hit: WindowHit,
    { count, instances }: { readonly count: number; readonly instances: number },
  ): Promise<Admitted[]> {
    const { clock, shared, processes } = limitedProcesses(count, { instances });
    const admitted: Admitted[] = [];
    for (const { pauseMs, toggles, process, cost } of steps) {
      clock.advance(pauseMs);
      if (toggles) shared.isAway = !shared.isAway;
      const [verdict] = await processes[process]!.requests.hit([{ ...hit, cost }]);
      if (verdict?.outcome === 'admitted')
        admitted.push({ at: clock.elapsed(), cost, isAway: shared.isAway });
    }
    return admitted;
  }

  /** The most units in an interval of the window. */
  const mostOf = (admitted: readonly Admitted[]): number =>
    Math.max(
      0,
      ...admitted.map(({ at: end }) =>
        admitted.reduce((sum, { at, cost }) => (at > end - WINDOW_MS && at <= end ? sum + cost : sum), 0),
      ),
    );

  it('one process: never more than the limit, however often the store comes and goes', () =>
    fc.assert(
      fc.asyncProperty(historyOf(1, 3), limits, precisions, async (steps, limit, precision) => {
        const admitted = await play(steps, hitOf(limit, precision), { count: 1, instances: 1 });
        expect(mostOf(admitted)).toBeLessThanOrEqual(limit);
      }),
      runs,
    ));

  it('one process, exact: nobody notices that the store was away', () =>
    fc.assert(
      fc.asyncProperty(historyOf(1, 3), limits, async (steps, limit) => {
        const hit = hitOf(limit, 'exact');
        const calm = steps.map((step) => ({ ...step, toggles: false }));
        const at = (all: readonly Admitted[]): unknown => all.map(({ at: instant, cost }) => [instant, cost]);
        expect(at(await play(steps, hit, { count: 1, instances: 1 }))).toEqual(
          at(await play(calm, hit, { count: 1, instances: 1 })),
        );
      }),
      runs,
    ));

  it.each([1, 3])('three processes, %i of them declared: the limit, and the shares of two', (instances) =>
    fc.assert(
      fc.asyncProperty(historyOf(3, 1), limits, precisions, async (steps, limit, precision) => {
        const admitted = await play(steps, hitOf(limit, precision), { count: 3, instances });
        const share = Math.max(1, Math.floor(limit / instances));
        expect(mostOf(admitted)).toBeLessThanOrEqual(limit + 2 * share);
      }),
      runs,
    ),
  );

  it('three processes that are declared: within an outage the limit, or a call each', () =>
    fc.assert(
      fc.asyncProperty(historyOf(3, 1), limits, precisions, async (steps, limit, precision) => {
        const apart = [
          { pauseMs: 0, toggles: true, process: 0, cost: 1 },
          ...steps.map((step) => ({ ...step, toggles: false })),
        ];
        const admitted = await play(apart, hitOf(limit, precision), { count: 3, instances: 3 });
        expect(mostOf(admitted)).toBeLessThanOrEqual(Math.max(limit, 3));
      }),
      runs,
    ));

  it('who waits as long as a refusal says, alone, is admitted', () =>
    fc.assert(
      fc.asyncProperty(
        historyOf(1, 3),
        limits,
        precisions,
        fc.constantFrom(1, 3),
        async (steps, limit, precision, instances) => {
          const hit = hitOf(limit, precision);
          const { clock, shared, processes } = limitedProcesses(1, { instances });
          for (const { pauseMs, toggles, cost } of steps) {
            clock.advance(pauseMs);
            if (toggles) shared.isAway = !shared.isAway;
            await processes[0].requests.hit([{ ...hit, cost }]);
          }
          // A refusal of the shared store is repeated for so long, though the store may be away by then.
          clock.advance(REMEMBERED_MS);
          const [refused] = await processes[0].requests.hit([hit]);
          if (refused?.outcome !== 'refused') return;
          clock.advance(refused.waitMs);
          expect((await processes[0].requests.hit([hit]))[0]?.outcome).toBe('admitted');
        },
      ),
      runs,
    ));
});
