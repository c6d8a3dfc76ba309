import type { Cluster, Redis } from 'ioredis';
import { ConfigurationFindings } from '../../../libs/auth/src/kernel/configuration-error.js';
import { GuardedRedis } from '../../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../../libs/auth/src/redis/key-space.js';
import { MemoryRefreshSessionStore } from '../../../libs/auth/src/refresh-sessions/memory-refresh-session.store.js';
import { RedisRefreshSessionStore } from '../../../libs/auth/src/refresh-sessions/redis-refresh-session.store.js';
import type {
  RefreshSessionStore,
  StoredFacts,
} from '../../../libs/auth/src/refresh-sessions/refresh-session.store.js';
import { ManualClock } from '../../../libs/auth/src/testing/manual-clock.js';
import { MemorySessionState } from '../../../libs/auth/src/token-blacklist/memory-session-state.js';
import { MemoryTokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/memory-token-blacklist.store.js';
import { RedisTokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import {
  resolveTokenBlacklistSettings,
  type RevocableLives,
  type TokenBlacklistOptions,
  type TokenBlacklistSettings,
} from '../../../libs/auth/src/token-blacklist/token-blacklist.settings.js';
import type { TokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { startCluster, startStandalone } from '../redis/index.js';

export const ACCESS_TOKEN_LIFE_MS = 905_000;
const DAY_MS = 86_400_000;

/** Both stores on one medium, under a clock of the test's own. */
export interface SessionHarness {
  readonly sessions: RefreshSessionStore;
  readonly blacklist: TokenBlacklistStore;
  readonly clock: ManualClock;
  /** Moves the store's time on. */
  advance(ms: number): void;
}

/** A running medium; each harness of it starts empty. */
export interface RunningMedium {
  harness(): SessionHarness;
  stop(): Promise<void>;
}

/** A medium by name. */
export interface SessionMedium {
  readonly name: string;
  start(): Promise<RunningMedium>;
}

/** Settings as the library resolves them; fails on a mistake. */
export function blacklistSettings(
  options: TokenBlacklistOptions = {},
  lives: Partial<RevocableLives> = {},
): TokenBlacklistSettings {
  const findings = new ConfigurationFindings();
  const settings = resolveTokenBlacklistSettings(options, findings, {
    accessTokenLifeMs: ACCESS_TOKEN_LIFE_MS,
    clockToleranceMs: 5_000,
    sessionLifeMs: 30 * DAY_MS,
    ...lives,
  });
  findings.throwIfAny();
  return settings;
}

let spaces = 0;

/** A key prefix nobody else uses. */
export function freshKeySpace(): KeySpace {
  return new KeySpace(`t${process.pid}-${++spaces}`);
}

function memoryHarness(): SessionHarness {
  const clock = new ManualClock();
  const state = new MemorySessionState<StoredFacts>(clock, blacklistSettings());
  return {
    sessions: new MemoryRefreshSessionStore(state),
    blacklist: new MemoryTokenBlacklistStore(state),
    clock,
    advance: (ms) => clock.advance(ms),
  };
}

/** Both stores on a Redis connection; scripts see the manual clock. */
export function redisHarness(connection: Redis | Cluster): SessionHarness {
  const clock = new ManualClock();
  const redis = new GuardedRedis(connection, {
    keySpace: freshKeySpace(),
    deadlineMs: 10_000,
    scriptClock: clock,
  });
  const settings = blacklistSettings();
  return {
    sessions: new RedisRefreshSessionStore(redis, settings),
    blacklist: new RedisTokenBlacklistStore(redis, settings),
    clock,
    advance: (ms) => clock.advance(ms),
  };
}

/** Memory, one Redis server, three Cluster masters. */
export const sessionMedia: readonly SessionMedium[] = [
  { name: 'memory', start: async () => ({ harness: memoryHarness, stop: async () => {} }) },
  { name: 'stand-alone Redis', start: () => startRedisMedium(startStandalone) },
  { name: 'a Cluster of three masters', start: () => startRedisMedium(() => startCluster({ masters: 3 })) },
];

interface StartedRedis {
  connect(): Promise<Redis | Cluster>;
  stop(): Promise<void>;
}

async function startRedisMedium(start: () => Promise<StartedRedis>): Promise<RunningMedium> {
  const fixture = await start();
  const connection = await fixture.connect();
  return { harness: () => redisHarness(connection), stop: () => fixture.stop() };
}
