import type { GuardedRedis } from '../redis/guarded-redis.js';
import { missingRights, type RedisUses } from '../redis/opening/rights.js';

/** For `XADD … MINID`, by which `maxStaleness` cuts its feed. What all scripts do, to write after TIME, is possible since 5. */
const OLDEST = [6, 2] as const;

/** What operators should know about how Redis is set up, as far as it says. */
export async function warningsAbout(redis: GuardedRedis, uses: RedisUses): Promise<readonly string[]> {
  const [version, policy, keepsSnapshotsOnly, missing] = await Promise.all([
    factOf(redis, 'server', 'redis_version'),
    // What Redis does when its memory is full.
    factOf(redis, 'memory', 'maxmemory_policy'),
    hasSnapshotsOnly(redis),
    missingRights(redis, uses),
  ]);
  const warnings = [...missing];
  if (version !== undefined && isTooOld(version))
    warnings.push(
      `Redis is ${version}, and the oldest that is supported is ${OLDEST.join('.')}: revocations may be refused with 503.`,
    );
  if (policy !== undefined && policy !== 'noeviction')
    warnings.push(
      `maxmemory-policy of Redis is ${policy}: an evicted revocation revives a token; use noeviction.`,
    );
  if (keepsSnapshotsOnly)
    warnings.push(
      'Redis keeps snapshots only (save, no appendonly): after a crash everybody logs in again; use appendonly yes.',
    );
  return warnings;
}

/** Whether a version of Redis lacks what the scripts use. Valkey and others tell the one that they are like. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]);
}

/** One line of INFO; `undefined` when Redis won't say. */
async function factOf(redis: GuardedRedis, section: string, name: string): Promise<string | undefined> {
  const info = String(await redis.ask('info', section));
  return new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
}

/** Whether a crash loses everything since the last snapshot; `false` where nobody may read the configuration. */
async function hasSnapshotsOnly(redis: GuardedRedis): Promise<boolean> {
  const [save, appendOnly] = await Promise.all(
    ['save', 'appendonly'].map(async (name) => valueOf(await redis.ask('config', 'get', name))),
  );
  return save !== undefined && save !== '' && appendOnly === 'no';
}

/** The value in a reply of CONFIG GET: a list, or an object under RESP3. */
function valueOf(reply: unknown): string | undefined {
  const value: unknown = Array.isArray(reply) ? reply[1] : Object.values(reply ?? {})[0];
  return typeof value === 'string' ? value : undefined;
}
