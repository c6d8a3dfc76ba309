import { once, type EventEmitter } from 'node:events';
import type { GuardedRedis } from '../redis/guarded-redis.js';
import type { RedisUses } from '../redis/opening/rights.js';
import { isOwn } from '../redis/opening/unreachable.js';
import { listen, unlisten } from '../redis/outage/listeners.js';
import { reasonOf } from '../redis/outage/reply-errors.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import { clientWarning } from './client-warning.js';
import { warningsAbout } from './redis-warnings.js';

const PATIENCE_MS = 2000;

/** What a report needs to know. */
export interface RedisReport {
  /** What the app keeps in Redis. */
  readonly uses: RedisUses;
  warn(line: string): void;
  /** Aborted when the app ends: from then on nothing is waited for, or told. */
  readonly end: AbortSignal;
}

/**
 * Tells what operators should know about Redis: at once where it is ready, or about to be, and else with its first `ready`.
 * Waits two seconds at most.
 */
export async function reportOn(redis: GuardedRedis, report: RedisReport): Promise<void> {
  const { warn, end } = report;
  const connection = redis.rawConnection();
  const hint = isOwn(connection) ? undefined : clientWarning(connection);
  if (hint !== undefined) warn(hint);
  if (await isReadySoon(connection, end)) {
    redis.reported();
    return tell(redis, report);
  }
  const reason = await whyAway(connection);
  if (end.aborted) return;
  warn(
    `Redis is not reachable yet${reason && ` (${reason})`}; requests that need it answer 503 until it is.`,
  );
  redis.reported(reason === '' ? 'no connection' : `no connection (${reason})`);
  const events = ['ready'];
  const onReady = (): void => {
    unlisten(connection, events, onReady);
    void tell(redis, report);
  };
  listen(connection, events, onReady);
  end.addEventListener('abort', () => unlisten(connection, events, onReady), { once: true });
}

async function tell(redis: GuardedRedis, { uses, warn, end }: RedisReport): Promise<void> {
  const warnings = await warningsAbout(redis, uses);
  if (!end.aborted) warnings.forEach(warn);
}

/** A client that the host has just made is on its way; for one of ours the boot has waited already. */
async function isReadySoon(connection: RedisConnection, end: AbortSignal): Promise<boolean> {
  if (connection.status === 'ready' || isOwn(connection)) return connection.status === 'ready';
  if (connection.status === 'wait') connection.connect().catch(() => {});
  // Every client of the ioredis family is one; its first 'error' ends the wait.
  const emitter = connection as unknown as EventEmitter;
  const signal = AbortSignal.any([end, AbortSignal.timeout(PATIENCE_MS)]);
  await once(emitter, 'ready', { signal }).catch(() => {});
  return connection.status === 'ready';
}

async function whyAway(connection: RedisConnection): Promise<string> {
  const failure = isOwn(connection) ? await connection.whyUnreachable() : undefined;
  return failure === undefined ? '' : reasonOf(failure);
}
