import { Redis } from 'ioredis';
import { Logger } from '@nestjs/common';
import { storeUnavailable } from '../kernel/auth-error.js';
import { GuardedRedis } from '../redis/guarded-redis.js';
import { KeySpace } from '../redis/key-space.js';
import { ManualClock } from '../testing/manual-clock.js';
import { behindDenials } from '../../../../test/throttler/window-media.js';
import type { StoreFailurePolicy } from './throttler.settings.js';
import { MemorySlidingWindowStore } from './sliding-window/memory-sliding-window.store.js';
import { RedisSlidingWindowStore } from './sliding-window/redis-sliding-window.store.js';
import {
  SlidingWindowStore,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
} from './sliding-window/sliding-window.store.js';
import { WindowStores } from './window-stores.js';

const hit = { name: 'default', key: 'ip:192.0.2.1', limit: 1, windowMs: 60_000, blockMs: 0, cost: 1 };

async function outcomesOfTwo(store: SlidingWindowStore, key = hit.key): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (let call = 0; call < 2; call++)
    outcomes.push(
      await store.hit([{ ...hit, key }]).then(
        ([verdict]) => verdict?.outcome,
        (error: { code?: string }) => error.code,
      ),
    );
  return outcomes;
}

/** The same store, without being a {@link MemorySlidingWindowStore}. */
function delegating(store: SlidingWindowStore): SlidingWindowStore {
  return Object.create(SlidingWindowStore.prototype, {
    hit: { value: store.hit.bind(store) },
    reward: { value: store.reward.bind(store) },
  }) as SlidingWindowStore;
}

describe('WindowStores', () => {
  const clock = new ManualClock();

  it('uses windows in memory as they are: they neither fail nor need a cache', async () => {
    const windows = new MemorySlidingWindowStore(clock);
    const stores = new WindowStores(windows, clock, {
      denyCache: true,
      onStoreFailure: 'closed',
      instances: 1,
    });
    expect([stores.requests, stores.credentials]).toEqual([windows, windows]);
    expect(await outcomesOfTwo(stores.requests)).toEqual(['admitted', 'refused']);
  });

  it('[10-13] what operators release through either store is let in at once, past the memory of refusals', async () => {
    const { store: requests, credentials } = behindDenials();
    for (const store of [requests, credentials])
      for (const release of [() => store.reset(hit), () => store.reward(hit, 1)]) {
        await outcomesOfTwo(requests);
        expect(await outcomesOfTwo(requests)).toEqual(['refused', 'refused']);
        await release();
        expect(await outcomesOfTwo(requests)).toEqual(['admitted', 'refused']);
      }
  });

  it.each(['requests', 'credentials'] as const)(
    '[10-13] where the server of one key is away, those of others give back what they counted: %s',
    async (kind) => {
      let isAway = true;
      class PartlyAway extends MemorySlidingWindowStore {
        override async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
          // As on a Cluster: all are asked, and then one has no answer.
          const verdicts = await super.hit(hits.filter(({ key }) => !isAway || key !== 'away'));
          if (isAway && hits.some(({ key }) => key === 'away'))
            throw storeUnavailable('away', { isReported: true });
          return verdicts;
        }
        override async reward(id: WindowId, units: number): Promise<void> {
          if (isAway && id.key === 'away') throw storeUnavailable('away', { isReported: true });
          return super.reward(id, units);
        }
      }
      // A memory store would be used as it is.
      const shared = delegating(new PartlyAway(clock));
      const store = new WindowStores(shared, clock, {
        denyCache: true,
        onStoreFailure: 'memory',
        instances: 1,
      })[kind];
      const both = ['there', 'away'].map((key) => ({ ...hit, key }));
      const attempt = async (): Promise<unknown> => {
        const verdicts = await store.hit(both);
        await Promise.all(both.map((each) => store.reward(each, 1)));
        return verdicts.map(({ outcome }) => outcome);
      };
      for (isAway of [true, true, true, false, false])
        expect([isAway, await attempt()]).toEqual([isAway, ['admitted', 'admitted']]);
    },
  );

  describe('without its Redis', () => {
    let lost: Redis;

    beforeAll(() => {
      jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
      lost = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
      lost.on('error', () => {});
      return lost.connect().catch(() => {});
    });
    afterAll(() => jest.restoreAllMocks());

    const counted = ['admitted', 'refused'];
    const unavailable = ['store_unavailable', 'store_unavailable'];

    it.each<[StoreFailurePolicy, string[], string[]]>([
      ['memory', counted, counted],
      ['open', ['admitted', 'admitted'], counted],
      ['closed', unavailable, unavailable],
    ])('%s: requests are %j, credentials are %j', async (onStoreFailure, requests, credentials) => {
      const redis = new GuardedRedis(lost, { keySpace: new KeySpace('gh'), deadlineMs: 500 });
      const stores = new WindowStores(new RedisSlidingWindowStore(redis), clock, {
        denyCache: true,
        onStoreFailure,
        instances: 1,
      });
      expect(await outcomesOfTwo(stores.requests)).toEqual(requests);
      expect(await outcomesOfTwo(stores.credentials, 'login:192.0.2.1')).toEqual(credentials);
    });

    it('says once that limits don’t hold, and nothing where they do', async () => {
      const redis = new GuardedRedis(lost, { keySpace: new KeySpace('gh'), deadlineMs: 500 });
      const linesUnder = async (onStoreFailure: StoreFailurePolicy): Promise<string[]> => {
        const warn = jest.mocked(Logger.prototype.warn).mockClear();
        const settings = { denyCache: true, onStoreFailure, instances: 1 };
        const { requests } = new WindowStores(new RedisSlidingWindowStore(redis), clock, settings);
        for (let second = 0; second < 60; second++) {
          await outcomesOfTwo(requests);
          clock.advance(1000);
        }
        return warn.mock.calls.map(([line]) => String(line)).filter((line) => line.startsWith('Rate limits'));
      };
      expect(await linesUnder('open')).toEqual([expect.stringContaining('the policy is "open"')]);
      expect(await linesUnder('memory')).toEqual([]);
      expect(await linesUnder('closed')).toEqual([]);
    });

    it.each(['requests', 'credentials'] as const)(
      '[10-13] what an operator asks of %s fails and isn’t done by half, in this process only',
      async (which) => {
        const redis = new GuardedRedis(lost, { keySpace: new KeySpace('gh'), deadlineMs: 500 });
        const settings = { denyCache: true, onStoreFailure: 'memory', instances: 1 } as const;
        const store = new WindowStores(new RedisSlidingWindowStore(redis), clock, settings)[which];
        expect(await outcomesOfTwo(store)).toEqual(counted);
        const generation = await store.generation(hit.key);
        for (const act of [store.reset(hit), store.block(hit, 1000), store.renew(hit.key, 1000)])
          await expect(act).rejects.toMatchObject({ code: 'store_unavailable' });
        expect(await store.generation(hit.key)).toBe(generation);
        expect(await outcomesOfTwo(store)).toEqual(['refused', 'refused']);
        clock.advance(60_000);
        expect(await outcomesOfTwo(store)).toEqual(counted);
      },
    );
  });
});
