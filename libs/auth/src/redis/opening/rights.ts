import { withinDeadline } from '../../kernel/deadline.js';
import type { GuardedRedis } from '../guarded-redis.js';
import { isForbidden } from '../outage/reply-errors.js';
import type { RedisConnection } from '../redis-connection.js';
import { tryCommandsScript } from './try-commands.lua.js';

/** What an app keeps in Redis beside sessions, revocations and limits; rights that only others need aren't missed. */
export interface RedisUses {
  /** Copies of revocations (`tokenBlacklist.maxStaleness`). */
  readonly copies: boolean;
  readonly managedKeys: boolean;
  readonly apiKeys: boolean;
}

/** What follows where some commands are forbidden, which are written as {@link tryCommandsScript} tries them. */
type Rights = Readonly<Record<string, readonly string[]>>;

const RIGHTS: Rights = {
  'no token can be checked, and everything is answered 503': ['get $1', 'mget $1', 'exists $1'],
  'logins, refreshes and revocations are answered 503, and limits are counted in each process': [
    'set $1 1 px 1000',
    'del $1',
    'pttl $1',
    'pexpire $1 1000',
    'incr $1',
    'getrange $1 0 0',
    'setrange $1 0 1',
    'zadd $3 1 a',
    'zcount $3 0 1',
    'zrange $3 0 0',
    'zrangebyscore $3 0 1',
    'zrem $3 a',
  ],
  'lists of more than a hundred sessions are answered 503': ['zrank $3 a', 'zscore $3 a'],
  'limits of more than 256 calls are counted in each process': ['append $1 1', 'strlen $1'],
  'after data was lost everybody logs in again, though only a replica lagged behind': ['info server'],
  'the clocks of the instances are used, which have to agree': ['time'],
};
const OF_COPIES: Rights = {
  'revocations are answered 503, because `tokenBlacklist.maxStaleness` is set': ['xadd $4 * a 1'],
  '`tokenBlacklist.maxStaleness` does nothing: each check asks Redis': ['xread count 1 streams $4 0'],
};
const OF_API_KEYS: Rights = {
  'API keys and revocations are answered 503': [
    'zcard $3',
    'persist $3',
    'zremrangebyscore $3 -inf 0',
    'hincrby $2 b 1',
  ],
};
const OF_HASHES = ['hdel $2 a', 'hget $2 a', 'hset $2 a 1', 'hmget $2 a'];

/** What is forbidden, and what follows, one line each; none where Redis doesn't answer. */
export async function missingRights(redis: GuardedRedis, uses: RedisUses): Promise<readonly string[]> {
  const connection = redis.rawConnection();
  const rights = { ...RIGHTS, ...rightsFor(uses), ...rightsOf(connection) };
  const keys = [1, 2, 3, 4].map((kind) => redis.keySpace.key('probe', String(kind)));
  const { source, sha } = tryCommandsScript;
  const commands = Object.values(rights).flat();
  const ask = (...command: [string, ...(string | number)[]]): Promise<unknown> => {
    const late = (): Error => new Error('late');
    return withinDeadline(() => connection.call(...command), redis.deadlineMs, late).catch(
      (error: unknown) => error,
    );
  };
  const [errors, known, asking] = await Promise.all([
    // The source each time, at boot only: a right to run what others sent isn't enough.
    ask('eval', source, keys.length, ...keys, ...commands.flatMap(counted)),
    ask('evalsha', sha, keys.length, ...keys),
    connection.isCluster === true && ask('asking'),
  ]);
  const lines = forbiddenAtAll(errors, known, `${redis.keySpace.prefix}:*`);
  if (isRefusal(asking))
    lines.push(line(['asking'], 'what moves to another server is answered 503 meanwhile'));
  return Array.isArray(errors) ? [...lines, ...forbiddenOf(rights, commands, errors)] : lines;
}

function counted(command: string): (string | number)[] {
  const words = command.split(' ');
  return [words.length, ...words];
}

function forbiddenOf(rights: Rights, commands: readonly string[], errors: readonly unknown[]): string[] {
  const forbidden = new Set(commands.filter((_, place) => isForbidden(String(errors[place]))));
  return Object.entries(rights).flatMap(([consequence, some]) => {
    const missing = some.filter((command) => forbidden.has(command)).map((command) => command.split(' ')[0]!);
    return missing.length === 0 ? [] : line(missing, consequence);
  });
}

/** Those that depend on what is used. */
function rightsFor({ copies, managedKeys, apiKeys }: RedisUses): Rights {
  const inHashes = [managedKeys && 'managed signing keys', apiKeys && 'API keys'].filter(Boolean);
  return {
    ...(copies && OF_COPIES),
    ...(apiKeys && OF_API_KEYS),
    ...(inHashes.length > 0 && { [`${inHashes.join(' and ')} are neither read nor written`]: OF_HASHES }),
  };
}

/** Those that depend on the connection. */
function rightsOf(connection: RedisConnection): Rights {
  const { options } = connection as { readonly options?: { readonly db?: unknown } };
  const database = Number(options?.db ?? 0);
  if (!(database > 0)) return {};
  return { [`everything is kept in database 0, not in ${database}`]: [`select ${database}`] };
}

/** Where the scripts themselves, or their keys, are forbidden, nothing is known of the commands. */
function forbiddenAtAll(errors: unknown, known: unknown, pattern: string): string[] {
  const refused = [errors, known].filter(isRefusal);
  if (refused.some(({ message }) => /\bkeys?\b/.test(message)))
    return [line([`keys (${pattern})`], 'no token can be checked, and everything is answered 503')];
  const scripts = [isRefusal(errors) ? 'eval' : '', isRefusal(known) ? 'evalsha' : ''].filter(Boolean);
  return scripts.length === 0 ? [] : [line(scripts, 'everything but a check of tokens is answered 503')];
}

function isRefusal(reply: unknown): reply is Error {
  return reply instanceof Error && isForbidden(reply.message);
}

function line(what: readonly string[], consequence: string): string {
  const names = what.map((name) => (name.startsWith('keys') ? name : name.toUpperCase())).join(', ');
  return `Redis, or its ACL, forbids ${names}: ${consequence}. See docs/redis.acl.`;
}
