import type { Cluster, Redis } from 'ioredis';
import { GuardedRedis } from '../../../libs/auth/src/redis/guarded-redis.js';
import { ManualClock } from '../../../libs/auth/src/testing/manual-clock.js';
import type { AcceptedIssuer } from '../../../libs/auth/src/token-blacklist/foreign/foreign-token.contract-harness.js';
import { MemoryForeignTokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/foreign/memory-foreign-token-blacklist.store.js';
import { RedisForeignTokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/foreign/redis-foreign-token-blacklist.store.js';
import type {
  TokenBlacklistOptions,
  TokenBlacklistSettings,
} from '../../../libs/auth/src/token-blacklist/token-blacklist.settings.js';
import type { TokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { startCluster, startStandalone } from '../redis/index.js';
import { atEndOf } from '../redis/redis-fixture.js';
import { passTime } from './passing-time.js';
import { blacklistSettings, freshKeySpace } from './session-media.js';

const HOUR_MS = 3_600_000;

export const FOREIGN: AcceptedIssuer = {
  issuer: 'https://id.example/realms/main',
  maxTtlMs: HOUR_MS,
  clockToleranceMs: 5_000,
};

/** A service that accepts the tokens of an issuer. */
export interface ForeignService {
  readonly blacklist: TokenBlacklistStore;
  readonly foreign: AcceptedIssuer;
  readonly clock: ManualClock;
  /** Moves the time on, for keys that expire by themselves as well. */
  pass(ms: number): Promise<void>;
}

/** Settings of a service, as the module resolves them. */
export function foreignSettings(
  foreign: AcceptedIssuer,
  options: TokenBlacklistOptions = {},
  marksKeptUntil = 0,
): TokenBlacklistSettings {
  const accessTokenLifetimeMs = foreign.maxTtlMs + HOUR_MS / 6;
  return blacklistSettings(options, { foreign, accessTokenLifetimeMs, marksKeptUntil });
}

/** A service in a process of its own. @param legacyMs how long tokens are accepted that aren't the issuer's */
export function memoryForeignService(over: Partial<AcceptedIssuer> = {}, legacyMs = 0): ForeignService {
  const clock = new ManualClock();
  const foreign = { ...FOREIGN, ...over };
  const settings = foreignSettings(foreign, {}, legacyMs && clock.now() + legacyMs);
  const blacklist = new MemoryForeignTokenBlacklistStore(clock, settings, foreign);
  return { blacklist, foreign, clock, pass: async (ms) => clock.advance(ms) };
}

/** Services on one Redis; scripts see the manual clock. */
export function foreignServices(
  connection: Redis | Cluster,
  keySpace = freshKeySpace(),
  clock = new ManualClock(),
) {
  const redis = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000, scriptClock: clock });
  atEndOf(connection, () => redis.close());
  return {
    clock,
    redis,
    async pass(ms: number): Promise<void> {
      clock.advance(ms);
      await passTime(connection, keySpace, ms);
    },
    /** Starts one. @param legacyMs as of {@link memoryForeignService} */
    async start(
      over: Partial<AcceptedIssuer> = {},
      options: TokenBlacklistOptions = {},
      legacyMs = 0,
    ): Promise<ForeignService> {
      const foreign = { ...FOREIGN, ...over };
      const settings = foreignSettings(foreign, options, legacyMs && clock.now() + legacyMs);
      const blacklist = new RedisForeignTokenBlacklistStore(redis, settings, foreign);
      atEndOf(connection, () => blacklist.journal.close());
      await blacklist.onModuleInit();
      return { blacklist, foreign, clock, pass: (ms) => this.pass(ms) };
    },
  };
}

/** A medium by name; each service of it starts empty. */
export const foreignMedia = [
  {
    name: 'memory',
    start: async () => ({
      service: async (legacyMs = 0) => memoryForeignService({}, legacyMs),
      stop: async () => {},
    }),
  },
  { name: 'stand-alone Redis', start: () => startRedisMedium(startStandalone) },
  { name: 'a Cluster of three masters', start: () => startRedisMedium(() => startCluster({ masters: 3 })) },
];

async function startRedisMedium(
  start: () => Promise<{ connect(): Promise<Redis | Cluster>; stop(): Promise<void> }>,
) {
  const fixture = await start();
  const connection = await fixture.connect();
  return {
    service: (legacyMs = 0) => foreignServices(connection).start({}, {}, legacyMs),
    stop: () => fixture.stop(),
  };
}
