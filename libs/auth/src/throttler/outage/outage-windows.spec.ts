import { Logger } from '@nestjs/common';
import { limitedProcesses } from '../../../../../test/throttler/limited-processes.js';
import type { SlidingWindowStore, WindowHit, WindowVerdict } from '../sliding-window/sliding-window.store.js';

const hit: WindowHit = {
  name: 'default',
  key: 'ip:192.0.2.1',
  limit: 3,
  windowMs: 60_000,
  blockMs: 0,
  cost: 1,
};

async function take(
  { requests }: { readonly requests: SlidingWindowStore },
  more: Partial<WindowHit> = {},
): Promise<WindowVerdict | undefined> {
  const [verdict] = await requests.hit([{ ...hit, ...more }]);
  return verdict;
}

async function admitted(
  process: { readonly requests: SlidingWindowStore },
  calls: number,
  more?: Partial<WindowHit>,
): Promise<number> {
  let count = 0;
  for (let call = 0; call < calls; call++) if ((await take(process, more))?.outcome === 'admitted') count++;
  return count;
}

describe('limits while the shared store is away', () => {
  beforeAll(() => jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {}));
  afterAll(() => jest.restoreAllMocks());

  it('go on with what was admitted here, each unit until its own time', async () => {
    const { clock, shared, processes } = limitedProcesses(1);
    const [process] = processes;
    await take(process);
    clock.advance(20_000);
    await take(process);
    shared.isAway = true;
    expect(await take(process)).toEqual({ outcome: 'admitted', used: 3, resetMs: 40_000 });
    expect(await take(process)).toEqual({ outcome: 'refused', used: 4, waitMs: 40_000 });
    clock.advance(40_000);
    expect(await admitted(process, 3)).toBe(1);
  });

  it('count what others had done, where each process holds the whole limit', async () => {
    const { shared, processes } = limitedProcesses(2);
    const [process, other] = processes;
    expect(await admitted(other!, 2)).toBe(2);
    await take(process, { limit: 10 });
    shared.isAway = true;
    expect(await admitted(process, 5, { limit: 10 })).toBe(5);
    expect(await admitted(process, 5, { limit: 10 })).toBe(2);
  });

  it('are a share of each process where it is said how many there are', async () => {
    const { shared, processes } = limitedProcesses(1, { instances: () => 4 });
    const [process] = processes;
    await take(process, { limit: 10 });
    shared.isAway = true;
    // What remains is what this process would admit: 10 - 10.
    expect(await take(process, { limit: 10 })).toMatchObject({ outcome: 'admitted', used: 10 });
    expect(await take(process, { limit: 10 })).toMatchObject({ outcome: 'refused', used: 11 });
  });

  it('of which others have used nothing', async () => {
    const { shared, processes } = limitedProcesses(2, { instances: 2 });
    const [process, other] = processes;
    expect(await admitted(other!, 5, { limit: 10 })).toBe(5);
    await take(process, { limit: 10 });
    shared.isAway = true;
    expect(await admitted(process, 10, { limit: 10 })).toBe(4);
  });

  it.each([0, Number.NaN, Number.POSITIVE_INFINITY, -3, undefined as never])(
    'are whole where the number of processes is %p',
    async (instances) => {
      const { shared, processes } = limitedProcesses(1, { instances: () => instances });
      shared.isAway = true;
      expect(await admitted(processes[0], 5)).toBe(3);
    },
  );

  it('are whole where nobody can tell the number of processes', async () => {
    const { shared, processes } = limitedProcesses(1, {
      instances: () => {
        throw new Error('the orchestrator is away as well');
      },
    });
    shared.isAway = true;
    expect(await admitted(processes[0], 5)).toBe(3);
  });

  it('let a call of any cost into an empty window that the whole limit had room for', async () => {
    const { clock, shared, processes } = limitedProcesses(1, { instances: 10 });
    const [process] = processes;
    shared.isAway = true;
    const call = { limit: 20, cost: 5 };
    expect(await admitted(process, 3, call)).toBe(1);
    clock.advance(60_000);
    expect(await admitted(process, 3, call)).toBe(1);
    expect(await take(process, { limit: 4, cost: 5 })).toMatchObject({ outcome: 'refused' });
    expect(await take(process, { key: 'never', limit: 0 })).toMatchObject({ outcome: 'refused' });
  });

  it('hold a block that had begun, whatever a call costs, and begin one', async () => {
    const { clock, shared, processes } = limitedProcesses(1);
    const [process] = processes;
    const blocking = { blockMs: 90_000, limit: 2 };
    expect(await admitted(process, 3, blocking)).toBe(2);
    shared.isAway = true;
    clock.advance(30_000);
    expect(await take(process, { ...blocking, cost: 2 })).toMatchObject({
      outcome: 'refused',
      waitMs: 60_000,
    });
    clock.advance(60_000);
    expect(await admitted(process, 3, blocking)).toBe(2);
    expect(await take(process, blocking)).toMatchObject({ outcome: 'refused', waitMs: 90_000 });
  });

  it('stand by a refusal of the shared store, with a share as well', async () => {
    const { clock, shared, processes } = limitedProcesses(2, { instances: 2 });
    const [process, other] = processes;
    expect(await admitted(other!, 3)).toBe(3);
    expect(await take(process)).toMatchObject({ outcome: 'refused' });
    shared.isAway = true;
    clock.advance(20_000);
    expect(await take(process)).toMatchObject({ outcome: 'refused', waitMs: 40_000 });
    clock.advance(40_000);
    expect(await admitted(process, 3)).toBe(1);
  });

  it('are decided together, and a dry run spends and refuses nobody', async () => {
    const { shared, processes } = limitedProcesses(1);
    const { requests } = processes[0];
    const hits = [hit, { ...hit, name: 'narrow', limit: 1 }, { ...hit, name: 'dry', limit: 1, dryRun: true }];
    await requests.hit(hits);
    shared.isAway = true;
    expect((await requests.hit(hits)).map(({ outcome }) => outcome)).toEqual([
      'uncounted',
      'refused',
      'refused',
    ]);
    expect(await admitted(processes[0], 3)).toBe(2);
  });

  it.each(['exact', 'bounded'] as const)(
    '%s: remember thousands of calls in few instants',
    async (precision) => {
      const { clock, shared, processes } = limitedProcesses(1);
      const [process] = processes;
      const many = { limit: 3000, precision };
      for (let call = 0; call < 2000; call++) {
        await take(process, many);
        clock.advance(20);
      }
      shared.isAway = true;
      expect(await admitted(process, 1200, many)).toBe(1000);
      clock.advance(60_000 - 2000 * 20);
      // The first hundred came in two seconds; an instant stands for the second before it, a counter for more.
      clock.advance(2000);
      expect(await admitted(process, 200, many)).toBeLessThanOrEqual(100);
      clock.advance(7000);
      expect(await admitted(process, 500, many)).toBeGreaterThan(100);
    },
  );

  describe('and afterwards', () => {
    it('take room in the shared store for as long as they count', async () => {
      const { clock, shared, processes } = limitedProcesses(1);
      const [process] = processes;
      shared.isAway = true;
      expect(await admitted(process, 2)).toBe(2);
      shared.isAway = false;
      clock.advance(10_000);
      expect(await take(process)).toEqual({ outcome: 'admitted', used: 3, resetMs: 60_000 });
      expect(await take(process)).toEqual({ outcome: 'refused', used: 4, waitMs: 50_000 });
      clock.advance(50_000);
      expect(await admitted(process, 3)).toBe(2);
    });

    it('what was taken here is given back here, and nobody else’s unit', async () => {
      const { shared, processes } = limitedProcesses(2);
      const [process, other] = processes;
      await take(other!);
      shared.isAway = true;
      await take(process);
      shared.isAway = false;
      await process.requests.reward(hit, 1);
      expect((await shared.peek(hit, 60_000)).used).toBe(1);
      expect(await admitted(process, 3)).toBe(2);
    });
  });

  describe('what is given back or released', () => {
    it('counts neither there nor here', async () => {
      const { shared, processes } = limitedProcesses(1);
      const [process] = processes;
      await admitted(process, 3);
      await process.requests.reward(hit, 2);
      shared.isAway = true;
      expect(await admitted(process, 3)).toBe(2);
      await process.requests.reward(hit, 1);
      expect(await admitted(process, 3)).toBe(1);
    });

    it('counts no more here once it was replayed', async () => {
      const { shared, processes } = limitedProcesses(1);
      const [process] = processes;
      await admitted(process, 2);
      shared.isAway = true;
      await admitted(process, 1);
      shared.isAway = false;
      await process.requests.reward(hit, 3);
      shared.isAway = true;
      expect(await admitted(process, 5)).toBe(3);
    });

    it.each(['before', 'after'] as const)(
      'a reset %s an outage releases from what was counted here',
      async (when) => {
        const { shared, processes } = limitedProcesses(1);
        const [process] = processes;
        await admitted(process, 2);
        shared.isAway = true;
        if (when === 'after') expect(await admitted(process, 3)).toBe(1);
        shared.isAway = false;
        await process.requests.reset(hit);
        if (when === 'after') expect(await admitted(process, 4)).toBe(3);
        shared.isAway = true;
        expect(await admitted(process, 4)).toBe(when === 'after' ? 0 : 3);
      },
    );

    it('a block of an operator holds here', async () => {
      const { clock, shared, processes } = limitedProcesses(1);
      const [process] = processes;
      await process.requests.block(hit, 30_000);
      shared.isAway = true;
      expect(await take(process)).toMatchObject({ outcome: 'refused', waitMs: 30_000 });
      clock.advance(30_000);
      expect(await admitted(process, 4)).toBe(3);
    });
  });

  it('an operator who looks is told that nobody can', async () => {
    const { shared, processes } = limitedProcesses(1);
    shared.isAway = true;
    await expect(processes[0].requests.peek(hit, 60_000)).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });
});
