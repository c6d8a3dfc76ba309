import { Redis, type RedisOptions } from 'ioredis';
import { accessTo, guardedBy, type ServerGuard } from './guarded-server.js';
import { ENDS_AT_ONCE, RedisFixture } from './redis-fixture.js';
import { RedisNode, type RedisConfig } from './redis-node.js';

/** Nothing is written to disk unless a spec asks for it (`appendonly: 'yes'`). */
export const IN_MEMORY: RedisConfig = { save: '""', appendonly: 'no', 'repl-diskless-sync-delay': '0' };

// The default mapping of replies, said aloud: exactOptionalPropertyTypes can't infer it from RedisOptions.
export type RedisClientOptions = RedisOptions & { replyMapping?: 'legacy' };
export type StandaloneRedis = RedisFixture<Redis, RedisClientOptions>;

/** Starts one server. @param options.config further redis.conf directives */
export async function startStandalone(
  options: { config?: RedisConfig; guard?: ServerGuard } = {},
): Promise<StandaloneRedis> {
  const { config, guard = {} } = options;
  const access = accessTo(guard);
  const node = await RedisNode.start(
    (port, folder) => ({ ...IN_MEMORY, ...guardedBy(guard, port, folder), ...config }),
    [],
    access,
  );
  return new RedisFixture({
    url: `redis${guard.tls === undefined ? '' : 's'}://${node.address}`,
    nodes: [node],
    open: (clientOptions) =>
      new Redis({ host: node.host, port: node.port, ...access, ...ENDS_AT_ONCE, ...clientOptions }),
  });
}
