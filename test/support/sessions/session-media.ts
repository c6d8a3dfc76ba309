import type { Cluster, Redis } from 'ioredis';
import { ConfigurationFindings } from '../../../libs/auth/src/kernel/configuration/configuration-error.js';
import { GuardedRedis } from '../../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../../libs/auth/src/redis/key-space.js';
import { MemorySessionStore } from '../../../libs/auth/src/sessions/memory-session.store.js';
import { RedisSessionStore } from '../../../libs/auth/src/sessions/redis-session.store.js';
import type { SessionStore, StoredFacts } from '../../../libs/auth/src/sessions/session.store.js';
import { ManualClock } from '../../../libs/auth/src/testing/manual-clock.js';
import { MemorySessionState } from '../../../libs/auth/src/subjects/memory-session-state.js';
import { MemoryTokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/memory-token-blacklist.store.js';
import { RedisTokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import {
  resolveTokenBlacklistSettings,
  type RevocableLifetimes,
  type TokenBlacklistOptions,
  type TokenBlacklistSettings,
} from '../../../libs/auth/src/token-blacklist/token-blacklist.settings.js';
import type { TokenBlacklistStore } from '../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { startCluster, startStandalone } from '../redis/index.js';
import { atEndOf } from '../redis/redis-fixture.js';
import { passTime } from './passing-time.js';

export const ACCESS_TOKEN_LIFETIME_MS = 905_000;
const DAY_MS = 86_400_000;

/** Both stores on one medium, under a clock of the test's own. */
export interface SessionHarness {
  readonly sessions: SessionStore;
  readonly blacklist: TokenBlacklistStore;
  readonly clock: ManualClock;
  /** Moves the store's time on. */
  advance(ms: number): void;
  /** Moves it on for keys that expire by themselves as well. */
  pass(ms: number): Promise<void>;
  /** The same data as a release or a service with other settings sees it. */
  under(lifetimes: Partial<RevocableLifetimes>): SessionHarness;
  /** {@link under}, once such a release or service has started. */
  started(lifetimes: Partial<RevocableLifetimes>): Promise<SessionHarness>;
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
  lifetimes: Partial<RevocableLifetimes> = {},
): TokenBlacklistSettings {
  const findings = new ConfigurationFindings();
  const settings = resolveTokenBlacklistSettings(options, findings, {
    accessTokenLifetimeMs: ACCESS_TOKEN_LIFETIME_MS,
    clockToleranceMs: 5_000,
    sessionLifetimeMs: 30 * DAY_MS,
    longestLoginMs: ACCESS_TOKEN_LIFETIME_MS,
    marksKeptUntil: 0,
    ...lifetimes,
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
  const under = (lifetimes: Partial<RevocableLifetimes>): SessionHarness => {
    const settings = blacklistSettings({}, lifetimes);
    return {
      sessions: new MemorySessionStore(state, settings),
      blacklist: new MemoryTokenBlacklistStore(state, settings),
      clock,
      advance: (ms) => clock.advance(ms),
      pass: async (ms) => clock.advance(ms),
      under,
      started: async (lasting) => under(lasting),
    };
  };
  return under({});
}

/** Both stores on a Redis connection; scripts see the manual clock. */
export function redisHarness(connection: Redis | Cluster, keySpace = freshKeySpace()): SessionHarness {
  const clock = new ManualClock();
  const redis = new GuardedRedis(connection, {
    keySpace,
    deadlineMs: 10_000,
    scriptClock: clock,
  });
  atEndOf(connection, () => redis.close());
  const under = (lifetimes: Partial<RevocableLifetimes>): SessionHarness => {
    const settings = blacklistSettings({}, lifetimes);
    const blacklist = new RedisTokenBlacklistStore(redis, settings);
    atEndOf(connection, () => blacklist.journal.close());
    return {
      sessions: new RedisSessionStore(redis, settings),
      blacklist,
      clock,
      advance: (ms) => clock.advance(ms),
      async pass(ms) {
        clock.advance(ms);
        await passTime(connection, keySpace, ms);
      },
      under,
      async started(lasting) {
        await new RedisTokenBlacklistStore(redis, blacklistSettings({}, lasting)).onModuleInit();
        return under(lasting);
      },
    };
  };
  return under({});
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
