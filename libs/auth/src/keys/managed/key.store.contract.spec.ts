import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { MemoryKeyStore } from '../../../../../test/support/tokens/memory-key.store.js';
import { startCluster, startStandalone } from '../../../../../test/support/redis/index.js';
import { GuardedFiles } from '../../files/guarded-files.js';
import { GuardedRedis } from '../../redis/guarded-redis.js';
import { KeySpace } from '../../redis/key-space.js';
import type { RedisConnection } from '../../redis/redis-connection.js';
import { FileKeyStore } from './file-key.store.js';
import { type KeyStoreHarness, keyStoreContract } from './key.store.contract.js';
import { RedisKeyStore } from './redis-key.store.js';

interface Medium {
  harness(): KeyStoreHarness;
  stop(): Promise<void>;
}

async function inMemory(): Promise<Medium> {
  return { harness: () => ({ stores: [new MemoryKeyStore()] }), stop: async () => {} };
}

async function inFile(): Promise<Medium> {
  const directory = mkdtempSync(join(tmpdir(), 'gatehouse-keys-'));
  const files = new GuardedFiles(() => {});
  return {
    harness: () => {
      const path = join(directory, randomUUID(), 'keys.json');
      return { stores: [new FileKeyStore(path, files), new FileKeyStore(path, files)] };
    },
    stop: async () => rmSync(directory, { recursive: true }),
  };
}

async function inRedis(start: typeof startStandalone | typeof startCluster): Promise<Medium> {
  const server = await start();
  const connections: RedisConnection[] = [await server.connect(), await server.connect()];
  return {
    harness: () => {
      const keySpace = new KeySpace(randomUUID());
      return {
        stores: connections.map(
          (connection) => new RedisKeyStore(new GuardedRedis(connection, { keySpace, deadlineMs: 5000 })),
        ),
      };
    },
    stop: () => server.stop(),
  };
}

describe.each([
  { name: 'memory', start: inMemory },
  { name: 'a file', start: inFile },
  { name: 'Redis', start: () => inRedis(startStandalone) },
  { name: 'Redis Cluster', start: () => inRedis(startCluster) },
])('the key store in $name', ({ start }) => {
  let medium: Medium;

  beforeAll(async () => {
    medium = await start();
  }, 120_000);

  afterAll(() => medium.stop());

  it.each(keyStoreContract)('$name', ({ run }) => run(medium.harness()));
});
