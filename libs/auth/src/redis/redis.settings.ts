import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { OpaqueSecret } from '../kernel/opaque-secret.js';
import { isObject, type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import { readRedisSentinel } from './opening/sentinel.settings.js';
import { readRedisTls } from './opening/tls.settings.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisGroup, RedisOptions } from './redis.options.js';
import { namedParameters, parseRedisUrl, type RedisAddress } from './redis-url.js';

/** Resolved {@link RedisOptions}. */
export interface RedisSettings {
  /** A client of the host knows its password, and settings may be shown. */
  readonly source: RedisAddress | OpaqueSecret<RedisConnection>;
  readonly keyPrefix: string;
  readonly deadlineMs: number;
}

type RedisGiven = Exclude<RedisOptions, string | RedisConnection>;

const KEY_PREFIX = { pattern: /^[\w.-]{1,64}$/, expected: '1-64 letters, digits, `_`, `.` or `-`' };
const EXPECTED = 'a redis:// URL, an ioredis client, or an object with `url` or `client`';

/**
 * Resolves where Redis is; without any, the answer is `undefined`. The URL may hold a password, and a client does: a
 * finding repeats neither.
 */
export function resolveRedisSettings(
  given: unknown,
  findings: ConfigurationFindings,
  path = 'redis',
): RedisSettings | undefined {
  if (given === undefined) return undefined;
  const isForeign = isObject(given) && !isConnection(given) && !isPlain(given);
  const group = typeof given === 'string' ? { url: given } : isConnection(given) ? { client: given } : given;
  return readOptions(isForeign ? null : group, path, findings, readRedis, { expected: EXPECTED });
}

function readRedis(read: OptionReader<RedisGiven>): RedisSettings | undefined {
  const keyPrefix = read.text('keyPrefix', 'gatehouse', KEY_PREFIX);
  const deadlineMs = read.duration('deadline', 200, { min: 1, max: 60_000 });
  if (!read.has('url') && !read.has('client')) read.refuse('url', 'expected either `url` or `client`');
  if (read.has('url') && read.has('client')) read.refuse('client', 'give either `url` or `client`, not both');
  const client = read.instance<RedisConnection>('client', isConnection, 'an ioredis Redis or Cluster');
  const address = readAddress(read);
  const source = client === undefined ? address : new OpaqueSecret(client);
  return source && Object.freeze({ source, keyPrefix, deadlineMs });
}

/** The URL, and what stands beside it. */
function readAddress(read: OptionReader<RedisGiven>): RedisAddress | undefined {
  const address = readUrl(read);
  const certificates = read.group('tls', readRedisTls);
  const isTls = address?.tls ?? true;
  const sentinel = read.group<RedisGroup<'sentinel'>, RedisAddress['sentinel']>('sentinel', (nested) =>
    readRedisSentinel(nested, isTls),
  );
  refuseUnused(read, address);
  return (
    address &&
    Object.freeze({
      ...address,
      ...(read.has('tls') && { certificates }),
      ...(read.has('sentinel') && sentinel !== undefined && { sentinel }),
    })
  );
}

function readUrl(read: OptionReader<RedisGiven>): RedisAddress | undefined {
  const url = read.raw('url');
  if (url === undefined) return undefined;
  const address = typeof url === 'string' ? parseRedisUrl(url) : undefined;
  if (address !== undefined) return address;
  const named = typeof url === 'string' ? namedParameters(url) : [];
  if (named.length === 0) read.refuse('url', 'expected a redis:// URL of a known form');
  for (const name of named)
    read.refuse('url', `has no parameter ${name}: what else there is to say stands beside \`url\``);
  return undefined;
}

/** What would be ignored is a mistake: somebody believes that it holds. */
function refuseUnused(read: OptionReader<RedisGiven>, { tls, topology }: Partial<RedisAddress> = {}): void {
  for (const name of ['tls', 'sentinel'] as const)
    if (read.has(name) && !read.has('url')) read.refuse(name, 'goes with `url`: a client has its own');
  if (read.has('tls') && tls === false)
    read.refuse('tls', 'needs a URL with TLS: `rediss` in place of `redis`');
  if (read.has('sentinel') && topology !== undefined && topology !== 'sentinel')
    read.refuse('sentinel', 'needs a `redis+sentinel` URL');
}

/** Whether the connection has to be opened by us, rather than being one of the host's. */
export function isRedisAddress(source: RedisSettings['source']): source is RedisAddress {
  return 'topology' in source;
}

function isConnection(value: unknown): value is RedisConnection {
  return isObject(value) && typeof value['call'] === 'function' && typeof value['duplicate'] === 'function';
}

// The names inside a client of another kind are no options, and saying so of each helps nobody.
function isPlain(given: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(given);
  return prototype === Object.prototype || prototype === null || 'url' in given || 'client' in given;
}
