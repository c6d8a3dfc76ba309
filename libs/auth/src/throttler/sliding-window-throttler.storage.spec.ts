import { ThrottlerStorageService } from '@nestjs/throttler';
import * as fc from 'fast-check';
import { type WindowMedium, windowMedia } from '../../../../test/throttler/window-media.js';
import { randomId } from '../kernel/opaque.js';
import { SlidingWindowThrottlerStorage } from './sliding-window-throttler.storage.js';

type ThrottlerStorageRecord = Awaited<ReturnType<SlidingWindowThrottlerStorage['increment']>>;

const TTL_MS = 60_000;

describe.each(windowMedia)('the throttler storage on $name', ({ start }) => {
  let medium: WindowMedium;
  let storage: SlidingWindowThrottlerStorage;

  beforeAll(async () => {
    medium = await start();
    storage = new SlidingWindowThrottlerStorage(medium.store);
  }, 120_000);

  afterAll(() => medium.stop());
  afterEach(() => {
    jest.useRealTimers();
  });

  it('blockDuration 0: refuses until there is room again', async () => {
    const key = randomId();
    const increment = () => storage.increment(key, TTL_MS, 2, 0, 'default');
    expect(await increment()).toEqual(record(1, 60));
    medium.clock.advance(20_000);
    expect(await increment()).toEqual(record(2, 40));
    expect(await increment()).toEqual(refusal(3, 40));
    medium.clock.advance(39_999);
    expect(await increment()).toMatchObject({ isBlocked: true, timeToBlockExpire: 1 });
    medium.clock.advance(1);
    expect(await increment()).toEqual(record(2, 20));
  });

  it('blockDuration above 0: refuses until the block is over', async () => {
    const key = randomId();
    const increment = () => storage.increment(key, TTL_MS, 1, 120_000, 'default');
    await increment();
    expect(await increment()).toEqual(refusal(2, 120));
    medium.clock.advance(119_001);
    expect(await increment()).toMatchObject({ isBlocked: true, timeToBlockExpire: 1 });
    medium.clock.advance(999);
    expect(await increment()).toEqual(record(1, 60));
  });

  it('all numbers are finite whole numbers of 0 or more, whatever the arguments', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 90_000 }), { maxLength: 12 }),
        fc.nat({ max: 4 }),
        fc.constantFrom(0, 0.5, 1000, 90_000),
        async (pauses, limit, blockDuration) => {
          const key = randomId();
          for (const pause of pauses) {
            medium.clock.advance(pause);
            const { isBlocked, ...numbers } = await storage.increment(key, TTL_MS, limit, blockDuration, 'n');
            expect(isBlocked).toBe(numbers.timeToBlockExpire > 0);
            for (const number of Object.values(numbers)) {
              expect(Number.isSafeInteger(number)).toBe(true);
              expect(number).toBeGreaterThanOrEqual(0);
            }
          }
        },
      ),
      { numRuns: 30 },
    ));

  it('[10-19] a block shorter than the window is lifted when it is over, and counting starts afresh', async () => {
    const key = randomId();
    const increment = () => storage.increment(key, TTL_MS, 2, 5_000, 'default');
    await increment();
    await increment();
    expect(await increment()).toEqual(refusal(3, 5));
    medium.clock.advance(4_000);
    expect(await increment()).toMatchObject({ isBlocked: true, timeToBlockExpire: 1 });
    medium.clock.advance(1_000);
    expect(await increment()).toEqual(record(1, 60));
    expect(await increment()).toEqual(record(2, 60));
    expect(await increment()).toMatchObject({ isBlocked: true, timeToBlockExpire: 5 });
  });

  it('[10-19] decides as Nest’s own memory storage does, whatever the block', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: TTL_MS / 3 }), { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(0, 1000, 20_000, TTL_MS, 2 * TTL_MS),
        async (pauses, limit, blockDuration) => {
          const key = randomId();
          const nest = new ThrottlerStorageService();
          for (const pause of pauses) {
            medium.clock.advance(pause);
            jest.useFakeTimers({ now: medium.clock.now(), doNotFake: [...unfaked] });
            const theirs = await nest.increment(key, TTL_MS, limit, blockDuration, 'default');
            jest.useRealTimers();
            const ours = await storage.increment(key, TTL_MS, limit, blockDuration, 'default');
            const { isBlocked, timeToBlockExpire, totalHits } = theirs;
            expect(ours).toMatchObject(
              isBlocked ? { isBlocked, timeToBlockExpire } : { isBlocked, totalHits },
            );
          }
          nest.onApplicationShutdown();
        },
      ),
      { numRuns: 40 },
    ));
});

/** Only `Date` is set: sockets and promises go on as ever. */
const unfaked = [
  'hrtime',
  'nextTick',
  'performance',
  'queueMicrotask',
  'setImmediate',
  'clearImmediate',
  'setInterval',
  'clearInterval',
  'setTimeout',
  'clearTimeout',
] as const;

function record(totalHits: number, timeToExpire: number): ThrottlerStorageRecord {
  return { totalHits, timeToExpire, isBlocked: false, timeToBlockExpire: 0 };
}

function refusal(totalHits: number, seconds: number): ThrottlerStorageRecord {
  return { totalHits, timeToExpire: seconds, isBlocked: true, timeToBlockExpire: seconds };
}
