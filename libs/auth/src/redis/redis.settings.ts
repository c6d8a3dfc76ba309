import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { type Duration, resolveDuration } from '../kernel/duration.js';
import type { RedisConnection } from './redis-connection.js';
import { parseRedisUrl, type RedisAddress } from './redis-url.js';

/** Where Redis is. Give `url` for a connection of our own, or `client` for one of yours, which is never closed by us. */
export interface RedisOptions {
  /** `redis://`, `rediss://`, `redis+cluster://h:p,h:p` or `redis+sentinel://h:p,h:p/name` (and their TLS variants). */
  readonly url?: string;
  /** An ioredis `Redis` or `Cluster` of the host. */
  readonly client?: RedisConnection;
  /** What every key of ours starts with; set it when several apps share one Redis. @default 'gatehouse' */
  readonly keyPrefix?: string;
  /** Deadline of one Redis call, redirections included; after it the answer is 503. @default '200ms' */
  readonly deadline?: Duration;
}

/** Resolved {@link RedisOptions}. */
export interface RedisSettings {
  readonly source: RedisAddress | RedisConnection;
  readonly keyPrefix: string;
  readonly deadlineMs: number;
}

const KEY_PREFIX = /^[\w.-]{1,64}$/;

/** Resolves the Redis options; without any, the answer is `undefined` and the memory stores are used. */
export function resolveRedisSettings(
  options: RedisOptions | undefined,
  findings: ConfigurationFindings,
): RedisSettings | undefined {
  if (options === undefined) return undefined;
  const { url, client, keyPrefix = 'gatehouse', deadline } = options;
  if (!KEY_PREFIX.test(keyPrefix))
    findings.add('redis.keyPrefix', 'expected 1-64 letters, digits, `_`, `.` or `-`');
  const deadlineMs = resolveDuration('redis.deadline', deadline, 200, findings, { min: 1, max: 60_000 });
  if (client !== undefined && typeof client.call !== 'function')
    findings.add('redis.client', 'expected an ioredis Redis or Cluster');
  const source = client ?? (url === undefined ? undefined : parseRedisUrl(url));
  if ((url === undefined) === (client === undefined))
    findings.add('redis', 'expected either `url` or `client`');
  // The URL may hold a password: it is not repeated here.
  else if (source === undefined) findings.add('redis.url', 'is not a redis:// URL of a known form');
  return source && { source, keyPrefix, deadlineMs };
}

/** Whether the connection has to be opened by us, rather than being one of the host's. */
export function isRedisAddress(source: RedisAddress | RedisConnection): source is RedisAddress {
  return 'topology' in source;
}
