import type { Cluster, Redis } from 'ioredis';
import { startCluster, startStandalone } from '../../../../../test/support/redis/index.js';
import { GuardedRedis } from '../guarded-redis.js';
import { KeySpace } from '../key-space.js';

const MODULES = 20;

describe.each<[string, () => Promise<{ connect(): Promise<Redis | Cluster>; stop(): Promise<void> }>]>([
  ['stand-alone', () => startStandalone()],
  ['a Cluster', () => startCluster()],
])('a client of the host that many modules share (%s)', (_name, start) => {
  it('has one listener more for each event, and none when they have ended', async () => {
    const server = await start();
    const client = await server.connect();
    const count = () =>
      Object.fromEntries(client.eventNames().map((name) => [name, client.listenerCount(name)]));
    const before: Record<string | symbol, number> = count();
    let changes = 0;
    const modules = Array.from({ length: MODULES }, () => {
      const redis = new GuardedRedis(client, { keySpace: new KeySpace('test'), deadlineMs: 2_000 });
      redis.losses.protect({ revisions: ['{a}:counter'], onLoss: async () => {} });
      redis.changes.follow(() => (changes += 1));
      return redis;
    });
    for (const [name, listeners] of Object.entries(count()))
      expect(listeners - (before[name] ?? 0)).toBeLessThanOrEqual(1);
    client.emit('ready');
    expect(changes).toBe(MODULES);
    modules[0]!.close();
    client.emit('ready');
    expect(changes).toBe(2 * MODULES - 1);
    for (const redis of modules) redis.close();
    expect(count()).toEqual(before);
    await server.stop();
  });
});
