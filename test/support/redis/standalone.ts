import { Redis, type RedisOptions } from 'ioredis';
import { RedisFixture } from './redis-fixture.js';
import { RedisNode, type RedisConfig } from './redis-node.js';

/** Nothing is written to disk unless a spec asks for it (`appendonly: 'yes'`). */
export const IN_MEMORY: RedisConfig = { save: '""', appendonly: 'no', 'repl-diskless-sync-delay': '0' };

// The default mapping of replies, said aloud: exactOptionalPropertyTypes can't infer it from RedisOptions.
export type RedisClientOptions = RedisOptions & { replyMapping?: 'legacy' };
export type StandaloneRedis = RedisFixture<Redis, RedisClientOptions>;

/** Starts one server. @param options.config further redis.conf directives */
export async function startStandalone(options: { config?: RedisConfig } = {}): Promise<StandaloneRedis> {
  const node = await RedisNode.start(() => ({ ...IN_MEMORY, ...options.config }));
  return new RedisFixture({
    url: `redis://${node.address}`,
    nodes: [node],
    open: (clientOptions) => new Redis({ host: node.host, port: node.port, ...clientOptions }),
  });
}
