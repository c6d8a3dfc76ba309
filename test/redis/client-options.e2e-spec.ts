import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RedisConnection } from 'nestjs-gatehouse';
import { root } from '../docs/markdown.js';
import { startCluster, startStandalone } from '../support/redis/index.js';
import type { RedisClientOptions } from '../support/redis/standalone.js';
import { Journey } from './journey.js';

const RULES = readFileSync(join(root, 'docs/redis.acl'), 'utf8').split('\n')[0]!.split(' ').slice(2);

/** Options that hosts give their clients, and that change what is sent or replied. */
const options: Readonly<Record<string, RedisClientOptions>> = {
  'RESP 3': { protocol: 3 },
  'RESP 2': { protocol: 2 },
  'numbers as strings': { stringNumbers: true },
  'numbers as strings over RESP 2': { stringNumbers: true, protocol: 2 },
  'a key prefix': { keyPrefix: 'shop:' },
  'automatic pipelines': { enableAutoPipelining: true },
  'maps as objects': { replyMapping: 'resp3' } as object,
  'a key prefix and automatic pipelines': { keyPrefix: 'shop:', enableAutoPipelining: true },
};
const rows = Object.entries(options);

async function walk(client: () => RedisConnection): Promise<void> {
  const journey = await Journey.start(() => ({ client: client(), deadline: '5s' }));
  try {
    await journey.walk();
  } finally {
    await journey.close();
  }
}

describe('a client of the host on stand-alone Redis', () => {
  it.each<[string, RedisClientOptions]>([
    ...rows,
    ['all of these', { stringNumbers: true, keyPrefix: 'shop:', enableAutoPipelining: true }],
    ['another database', { db: 2 }],
    ['a connection at first use', { lazyConnect: true }],
    ['a connection at first use, and nothing queued', { lazyConnect: true, enableOfflineQueue: false }],
  ])('works with %s', async (_name, given) => {
    const server = await startStandalone();
    const clients = [await server.connect(given), await server.connect(given)];
    await walk(() => clients.pop()!);
    const prefix = given.keyPrefix ?? '';
    const look = await server.connect({ db: given.db ?? 0 });
    const keys = await look.keys('*');
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !key.startsWith(`${prefix}gatehouse:`))).toEqual([]);
    await server.stop();
  });
});

describe('a client of the host on a Cluster', () => {
  // What a client of a Cluster does in another way.
  const ofCluster = rows.filter(([name]) => /prefix and|strings$|objects/.test(name));
  it.each(ofCluster)('works with %s', async (_name, { keyPrefix, enableAutoPipelining, ...redisOptions }) => {
    const server = await startCluster();
    const given = {
      ...(keyPrefix !== undefined && { keyPrefix }),
      ...(enableAutoPipelining !== undefined && { enableAutoPipelining }),
      redisOptions,
    };
    const clients = [await server.connect(given), await server.connect(given)];
    await walk(() => clients.pop()!);
    await server.stop();
  });
});

describe('a user with less than docs/redis.acl', () => {
  it.each(['subscribe', 'time', 'info'])('does all without %s, if later', async (command) => {
    const server = await startStandalone();
    await server.nodes[0]!.command('acl', 'setuser', 'app', ...RULES, `-${command}`);
    const access = { username: 'app', password: 'change-me' };
    const clients = [await server.connect(access), await server.connect(access)];
    await walk(() => clients.pop()!);
    await server.stop();
  });
});
