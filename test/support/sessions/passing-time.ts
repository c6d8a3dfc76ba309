import { Cluster, type Redis } from 'ioredis';
import type { KeySpace } from '../../../libs/auth/src/redis/key-space.js';

/** Lets time pass for every key of a key space: what would have expired meanwhile is gone, the rest is so much older. */
export async function passTime(
  connection: Redis | Cluster,
  keySpace: KeySpace,
  passedMs: number,
): Promise<void> {
  const nodes = connection instanceof Cluster ? connection.nodes('master') : [connection];
  const found = await Promise.all(nodes.map((node) => node.keys(`${keySpace.prefix}:*`)));
  await Promise.all(
    found.flat().map(async (key) => {
      const leftMs = await connection.pttl(key);
      if (leftMs < 0) return;
      if (leftMs <= passedMs) await connection.del(key);
      else await connection.pexpire(key, leftMs - passedMs);
    }),
  );
}
