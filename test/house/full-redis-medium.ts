import type { Cluster, Redis } from 'ioredis';
import { RedisApiKeyStore } from '../../libs/auth/src/api-keys/redis-api-key.store.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { RedisScript } from '../../libs/auth/src/redis/redis-script.js';
import { RedisSessionStore } from '../../libs/auth/src/sessions/redis-session.store.js';
import { createSessionId } from '../../libs/auth/src/subjects/subject-keys.js';
import { RedisTokenBlacklistStore } from '../../libs/auth/src/token-blacklist/redis-token-blacklist.store.js';
import { blacklistSettings, freshKeySpace } from '../support/sessions/session-media.js';
import { absolute, sourcePaths } from './sources.js';

export const HOUR_MS = 3_600_000;
export const terms = {
  idleTtlMs: HOUR_MS,
  absoluteTtlMs: 2 * HOUR_MS,
  maxSessions: 0,
  whenFull: 'evict-oldest',
} as const;
export const rotation = { idleTtlMs: HOUR_MS, reuseWindowMs: 10_000, replayUnconfirmedMs: HOUR_MS };
const legacyUntil = Date.now() + 24 * HOUR_MS;
export const hit = { name: 'default', limit: 5, windowMs: HOUR_MS, blockMs: 0, cost: 1 };

export type Medium = Awaited<ReturnType<typeof prepare>>;

/** Every script that there is, by name. */
export async function scriptNames(): Promise<readonly string[]> {
  const paths = sourcePaths('libs/auth/src').filter((path) => path.endsWith('.lua.ts'));
  const modules = await Promise.all(paths.map(async (path) => (await import(absolute(path))) as object));
  const exported = modules.flatMap((module) => Object.values(module) as unknown[]);
  const scripts = exported.flatMap((value) =>
    typeof value === 'object' && value !== null && !(value instanceof RedisScript)
      ? Object.values(value)
      : value,
  );
  return scripts.flatMap((script) => (script instanceof RedisScript ? script.name : [])).sort();
}

/** Sessions and keys of a time when there was memory, and stores that note which scripts they run. */
export async function prepare(connection: Redis | Cluster) {
  const keySpace = freshKeySpace();
  const redis = new GuardedRedis(connection, { keySpace, deadlineMs: 10_000 });
  const ran = new Set<string>();
  const run = noting(redis, ran);
  noting(redis.unasked, ran);
  const settings = blacklistSettings({ maxStaleness: '10s' }, { marksKeptUntil: legacyUntil });
  const sessions = new RedisSessionStore(redis, settings);
  const blacklist = new RedisTokenBlacklistStore(redis, settings);
  const apiKeys = new RedisApiKeyStore(redis, undefined, blacklist.journal);
  const facts = (subject: string) => ({
    subject,
    clientId: 'web',
    roles: [],
    scope: [],
    authenticatedAt: 1,
    device: {},
  });
  const open = async (subject: string) => {
    const id = createSessionId(subject);
    const verdict = await sessions.open(id, facts(subject) as never, terms);
    return { id, facts: facts(subject) as never, verdict };
  };
  const newKey = (subject: string, id: string) =>
    apiKeys.add({ id, secretHash: 'secret', subject, name: 'CI', roles: [] } as never, {
      ttlMs: HOUR_MS,
      maxPerSubject: 9,
    });
  return { redis, run, ran, keySpace, settings, sessions, blacklist, apiKeys, open, newKey };
}

/** Has the names of scripts noted that are run there; answers what runs them without a note. */
function noting(calls: Pick<GuardedRedis, 'run'>, ran: Set<string>): GuardedRedis['run'] {
  const run = calls.run.bind(calls);
  calls.run = (script, ...given) => {
    ran.add(script.name);
    return run(script, ...given);
  };
  return run;
}

/** All keys of some servers. */
export async function everyKey(
  nodes: readonly { command(name: string, ...args: string[]): Promise<unknown> }[],
) {
  const found = await Promise.all(nodes.map((node) => node.command('keys', '*')));
  return (found as string[][]).flat().sort();
}
