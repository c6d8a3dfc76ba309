import * as fc from 'fast-check';
import { type WindowMedium, windowMedia } from '../../../../../test/throttler/window-media.js';
import { randomId } from '../../kernel/opaque.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { MemorySlidingWindowStore } from './memory-sliding-window.store.js';
import type { WindowHit, WindowPrecision, WindowVerdict } from './sliding-window.store.js';

const WINDOW_MS = 30_000;
const BUCKET_MS = Math.ceil(WINDOW_MS / 11);

/** One step of a history: time passes, then a call of this cost comes. */
interface Step {
  readonly pauseMs: number;
  readonly cost: number;
}

/** What came of a step, and when. */
interface Entry extends Step {
  readonly at: number;
  readonly verdict: WindowVerdict;
}

const step = fc.record({
  pauseMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: WINDOW_MS / 4 }), fc.constant(WINDOW_MS)),
  cost: fc.integer({ min: 1, max: 3 }),
});
const history = fc.array(step, { minLength: 1, maxLength: 40 });
const limits = fc.integer({ min: 1, max: 8 });
const runs = { numRuns: 40 };

describe.each(windowMedia)('laws of the sliding window on $name', ({ name, start }) => {
  let medium: WindowMedium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  const hitOf = (limit: number, precision: WindowPrecision = 'exact', key = randomId(9)): WindowHit => ({
    name: 'law',
    key,
    precision,
    limit,
    windowMs: WINDOW_MS,
    blockMs: 0,
    cost: 1,
  });

  async function take(hit: WindowHit, cost = 1): Promise<WindowVerdict> {
    const [verdict] = await medium.store.hit([{ ...hit, cost }]);
    return verdict!;
  }

  async function play(hit: WindowHit, steps: readonly Step[]): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (const { pauseMs, cost } of steps) {
      medium.clock.advance(pauseMs);
      entries.push({ pauseMs, cost, at: medium.clock.now(), verdict: await take(hit, cost) });
    }
    return entries;
  }

  it.each<WindowPrecision>(['exact', 'bounded'])(
    '(a) %s: no interval of the window holds more than the limit',
    (precision) =>
      fc.assert(
        fc.asyncProperty(history, limits, async (steps, limit) => {
          const admitted = (await play(hitOf(limit, precision), steps)).filter(isAdmitted);
          for (const { at } of admitted)
            expect(unitsWithin(admitted, at - WINDOW_MS, at)).toBeLessThanOrEqual(limit);
        }),
        runs,
      ),
  );

  it('(a) exact: refuses only what would exceed the limit, and answers what is used', () =>
    fc.assert(
      fc.asyncProperty(history, limits, async (steps, limit) => {
        const entries = await play(hitOf(limit), steps);
        entries.forEach(({ at, cost, verdict }, index) => {
          const earlier = entries.slice(0, index).filter(isAdmitted);
          const used = unitsWithin(earlier, at - WINDOW_MS, at) + cost;
          expect(verdict).toMatchObject(
            used > limit ? { outcome: 'refused' } : { outcome: 'admitted', used },
          );
        });
      }),
      runs,
    ));

  it('(a) bounded: refuses at most one bucket early', () =>
    fc.assert(
      fc.asyncProperty(history, limits, async (steps, limit) => {
        const entries = await play(hitOf(limit, 'bounded'), steps);
        entries.forEach(({ at, cost, verdict }, index) => {
          if (verdict.outcome === 'admitted') return;
          const earlier = entries.slice(0, index).filter(isAdmitted);
          const used = unitsWithin(earlier, at - WINDOW_MS - BUCKET_MS - 1, at) + cost;
          expect(used).toBeGreaterThan(limit);
        });
      }),
      runs,
    ));

  it('(b) a refusal never changes a later decision', () =>
    fc.assert(
      fc.asyncProperty(history, limits, async (steps, limit) => {
        const entries = await play(hitOf(limit), steps);
        const again = hitOf(limit);
        let waited = 0;
        for (const { pauseMs, cost, verdict } of entries) {
          waited += pauseMs;
          if (verdict.outcome !== 'admitted') continue;
          medium.clock.advance(waited);
          waited = 0;
          expect(await take(again, cost)).toEqual(verdict);
        }
      }),
      runs,
    ));

  it.each<WindowPrecision>(['exact', 'bounded'])(
    '(c) %s: who waits as long as the refusal says, alone, is admitted',
    (precision) =>
      fc.assert(
        fc.asyncProperty(
          history,
          limits,
          fc.integer({ min: 0, max: 20_000 }),
          async (steps, limit, blockMs) => {
            const hit = { ...hitOf(limit, precision), blockMs };
            await play(hit, steps);
            const refused = await take(hit);
            if (refused.outcome !== 'refused') return;
            medium.clock.advance(refused.waitMs);
            expect((await take(hit)).outcome).toBe('admitted');
          },
        ),
        runs,
      ),
  );

  it('(d) two names and two keys never influence each other', () =>
    fc.assert(
      fc.asyncProperty(history, history, limits, async (steps, others, limit) => {
        const alone = await play(hitOf(limit), steps);
        const hit = hitOf(limit);
        const neighbours = [
          { ...hit, name: 'neighbour' },
          { ...hit, key: randomId(9) },
        ];
        for (const [index, { pauseMs, cost, verdict }] of alone.entries()) {
          medium.clock.advance(pauseMs);
          for (const neighbour of neighbours) await take(neighbour, others[index % others.length]!.cost);
          expect(await take(hit, cost)).toEqual(verdict);
        }
      }),
      { numRuns: 15 },
    ));

  it('(f) gives the same record as memory for the same history', () =>
    fc.assert(
      fc.asyncProperty(
        history,
        limits,
        fc.constantFrom<WindowPrecision>('exact', 'bounded'),
        fc.constantFrom(0, 5_000, WINDOW_MS),
        async (steps, limit, precision, blockMs) => {
          const hit = { ...hitOf(limit, precision), blockMs };
          const clock = new ManualClock(medium.clock.now());
          const memory = new MemorySlidingWindowStore(clock);
          for (const { pauseMs, cost } of steps) {
            medium.clock.advance(pauseMs);
            clock.advance(pauseMs);
            const [expected] = await memory.hit([{ ...hit, cost }]);
            expect(withoutUsed(await take(hit, cost))).toEqual(withoutUsed(expected!));
          }
        },
      ),
      runs,
    ));

  it.each<WindowPrecision>(['exact', 'bounded'])(
    '(f) %s: a block begun by a call that never fits is answered alike whatever comes meanwhile',
    async (precision) => {
      const hit = { ...hitOf(2, precision), blockMs: 5_000 };
      const clock = new ManualClock(medium.clock.now());
      const memory = new MemorySlidingWindowStore(clock);
      const steps = [
        [0, 1],
        [1, 3],
        [0, 2],
        [WINDOW_MS - 2, 2],
        [0, 1],
      ] as const;
      for (const [pauseMs, cost] of steps) {
        medium.clock.advance(pauseMs);
        clock.advance(pauseMs);
        const [expected] = await memory.hit([{ ...hit, cost }]);
        expect(withoutUsed(await take(hit, cost))).toEqual(withoutUsed(expected!));
      }
    },
  );

  it.each<WindowPrecision>(['exact', 'bounded'])(
    '[10-19] (a) %s: between two blocks no more than the limit, and a block lasts as long as it says',
    (precision) =>
      fc.assert(
        fc.asyncProperty(
          history,
          limits,
          // The keys of Redis expire in real time, while the clock that scripts see stands still.
          fc.integer({ min: name.includes('Redis') ? 5_000 : 1, max: 20_000 }),
          async (steps, limit, blockMs) => {
            const entries = await play({ ...hitOf(limit, precision), blockMs }, steps);
            let blockedUntil = 0;
            let afterBlock: Entry[] = [];
            for (const entry of entries) {
              if (isAdmitted(entry)) {
                expect(entry.at).toBeGreaterThanOrEqual(blockedUntil);
                afterBlock.push(entry);
                expect(unitsWithin(afterBlock, entry.at - WINDOW_MS, entry.at)).toBeLessThanOrEqual(limit);
              } else if (entry.at >= blockedUntil) {
                blockedUntil = entry.at + blockMs;
                afterBlock = [];
              }
            }
          },
        ),
        runs,
      ),
  );

  it('a clock that is set back admits no more', async () => {
    const hit = hitOf(2);
    expect((await take(hit)).outcome).toBe('admitted');
    medium.clock.set(-5_000);
    expect((await take(hit)).outcome).toBe('admitted');
    medium.clock.advance(WINDOW_MS);
    // The clock of a server says no more than that; in this process another one can't be set.
    expect((await take(hit)).outcome).toBe(name.includes('memory') ? 'admitted' : 'refused');
    medium.clock.advance(5_000);
    expect((await take(hit)).outcome).toBe('admitted');
  });
});

function isAdmitted({ verdict }: Entry): boolean {
  return verdict.outcome === 'admitted';
}

/** Units admitted after `from`, up to and including `to`. */
function unitsWithin(entries: readonly Entry[], from: number, to: number): number {
  return entries.reduce((sum, { at, cost }) => (at > from && at <= to ? sum + cost : sum), 0);
}

/** Where refusals are remembered, `used` is as it was when the refusal began. */
function withoutUsed(verdict: WindowVerdict): WindowVerdict {
  return verdict.outcome === 'refused' ? { ...verdict, used: 0 } : verdict;
}
