import { storeUnavailable } from '../../libs/auth/src/kernel/auth-error.js';
import { ManualClock } from '../../libs/auth/src/testing/manual-clock.js';
import { MemorySlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/memory-sliding-window.store.js';
import { SlidingWindowStore } from '../../libs/auth/src/throttler/sliding-window/sliding-window.store.js';
import { WindowStores, type WindowStoresSettings } from '../../libs/auth/src/throttler/window-stores.js';

/** A store that several processes share, and that can be taken away from all of them. */
export class RemovableWindows extends SlidingWindowStore {
  isAway = false;

  constructor(private readonly windows: SlidingWindowStore) {
    super();
  }

  hit = this.passedOn('hit');
  reward = this.passedOn('reward');
  block = this.passedOn('block');
  reset = this.passedOn('reset');
  renew = this.passedOn('renew');
  generation = this.passedOn('generation');
  peek = this.passedOn('peek');

  private passedOn<Verb extends keyof SlidingWindowStore>(verb: Verb): SlidingWindowStore[Verb] {
    const ask = async (...given: readonly unknown[]): Promise<unknown> => {
      if (this.isAway) throw storeUnavailable('taken away');
      return (this.windows[verb] as (...all: readonly unknown[]) => Promise<unknown>)(...given);
    };
    return ask as SlidingWindowStore[Verb];
  }
}

/** Some processes with one store, on one clock. */
export function limitedProcesses(
  count: number,
  settings: Partial<WindowStoresSettings> = {},
): {
  readonly clock: ManualClock;
  readonly shared: RemovableWindows;
  readonly processes: readonly [WindowStores, ...WindowStores[]];
} {
  const clock = new ManualClock();
  const shared = new RemovableWindows(new MemorySlidingWindowStore(clock));
  const all = { denyCache: true, onStoreFailure: 'memory', instances: 1, ...settings } as const;
  const processes = Array.from({ length: count }, () => new WindowStores(shared, clock, all));
  return { clock, shared, processes: processes as [WindowStores, ...WindowStores[]] };
}
