import { KeySpace } from '../../redis/key-space.js';
import { SubjectKeys } from '../../subjects/subject-keys.js';
import { RecentForeignRevocations } from '../../token-blacklist/replica/recent-foreign-revocations.js';
import { RecentRevocations } from '../../token-blacklist/replica/recent-revocations.js';
import { ReplicatedTokenBlacklistStore } from '../../token-blacklist/replica/replicated-token-blacklist.store.js';
import type { TokenBlacklistSettings } from '../../token-blacklist/token-blacklist.settings.js';
import type { TokenBlacklistStore } from '../../token-blacklist/token-blacklist.store.js';
import type { StandInRedis } from './stand-in-redis.js';

const partitions = SubjectKeys.ofEveryPartition(new KeySpace('test'));

/**
 * The copy of recent revocations that `tokenBlacklist.maxStaleness` asks for: as young as can be while the Redis answers, and older by
 * the clock of the test while it doesn't.
 */
export function withCopy(
  redis: StandInRedis,
  store: TokenBlacklistStore,
  settings: TokenBlacklistSettings,
): TokenBlacklistStore {
  const { maxStalenessMs, foreign } = settings;
  if (maxStalenessMs === 0) return store;
  const { clock } = redis;
  const recent =
    foreign === undefined
      ? new RecentRevocations(clock, settings)
      : new RecentForeignRevocations(clock, settings);
  // Any number that grows will do: it says which generation vouches for a token, and epochs are greater.
  let generation = 0;
  redis.ofEachGeneration(() => {
    generation += 1;
    for (const { partition } of partitions) recent.noteGlobalEpoch(partition, generation);
  });
  const feed = {
    get ageMs() {
      return redis.silentForMs;
    },
    answers: () => redis.silentForMs <= maxStalenessMs,
    follow: async () => {},
    close: () => {},
  };
  return ReplicatedTokenBlacklistStore.fedBy(feed, store, recent);
}
