import type { Cluster, Redis } from 'ioredis';
import type { Clock } from '../../libs/auth/src/kernel/clock.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import type { ContractCase, StoreHarness } from '../../libs/auth/src/testing/contract.js';
import { ManualClock } from '../../libs/auth/src/testing/manual-clock.js';
import { startCluster, startStandalone } from './redis/index.js';
import { atEndOf } from './redis/redis-fixture.js';
import { passTime } from './sessions/passing-time.js';
import { freshKeySpace } from './sessions/session-media.js';

/** How a store is made on each medium. */
interface Makers<Store> {
  memory(clock: Clock): Store;
  redis(redis: GuardedRedis): Store;
}

interface StartedRedis {
  connect(): Promise<Redis | Cluster>;
  stop(): Promise<void>;
}

/** A running medium; each harness of it starts empty. */
interface RunningMedium<Store> {
  harness(): StoreHarness<Store>;
  stop(): Promise<void>;
}

/** Runs the contract of a store on memory, one Redis server and three Cluster masters. */
export function runOnEveryMedium<Store>(
  name: string,
  contract: readonly ContractCase<StoreHarness<Store>>[],
  makers: Makers<Store>,
): void {
  const media = {
    memory: async () => ({ harness: () => inMemory(makers), stop: async () => {} }),
    'stand-alone Redis': () => onRunning(startStandalone, makers),
    'a Cluster of three masters': () => onRunning(() => startCluster({ masters: 3 }), makers),
  };
  describe.each(Object.entries(media))(`${name}: %s`, (_, start) => {
    let medium: RunningMedium<Store>;

    beforeAll(async () => {
      medium = await start();
    }, 120_000);
    afterAll(() => medium?.stop());

    it.each(contract)('$name', ({ run }) => run(medium.harness()));
  });
}

function inMemory<Store>({ memory }: Makers<Store>): StoreHarness<Store> {
  const clock = new ManualClock();
  const store = memory(clock);
  return { store, elsewhere: store, advance: (ms) => clock.advance(ms) };
}

async function onRunning<Store>(
  start: () => Promise<StartedRedis>,
  makers: Makers<Store>,
): Promise<RunningMedium<Store>> {
  const fixture = await start();
  const connection = await fixture.connect();
  return { harness: () => onRedis(connection, makers), stop: () => fixture.stop() };
}

function onRedis<Store>(connection: Redis | Cluster, { redis }: Makers<Store>): StoreHarness<Store> {
  const keySpace = freshKeySpace();
  const guarded = (): GuardedRedis => {
    const made = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000 });
    atEndOf(connection, () => made.close());
    return made;
  };
  return {
    store: redis(guarded()),
    elsewhere: redis(guarded()),
    advance: (ms) => passTime(connection, keySpace, ms),
  };
}
