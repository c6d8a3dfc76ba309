import type { GuardedRedis } from '../redis/guarded-redis.js';

// One command of this size takes Redis a fraction of a millisecond; a larger one would keep others waiting.
const MAX_KEYS = 2_000;

interface Batch {
  readonly keys: string[];
  readonly values: Promise<readonly (string | null)[]>;
}

/**
 * Sends the reads that come in during one turn of the event loop as one `MGET`: concurrent requests share a round trip,
 * and one that is alone waits for nobody. On a Cluster a command must stay in one slot, so there is a batch per hash tag.
 */
export class BatchedMget {
  private readonly open = new Map<string, Batch>();

  constructor(private readonly redis: GuardedRedis) {}

  /** Values of keys under one hash tag. @throws AuthError `store_unavailable` */
  async read(tag: string, keys: readonly string[]): Promise<readonly (string | null)[]> {
    const group = this.redis.connection.isCluster === true ? tag : '';
    const batch = this.batchFor(group, keys.length);
    const from = batch.keys.push(...keys) - keys.length;
    const values = await batch.values;
    return values.slice(from, from + keys.length);
  }

  private batchFor(group: string, size: number): Batch {
    const known = this.open.get(group);
    if (known !== undefined && known.keys.length + size <= MAX_KEYS) return known;
    const keys: string[] = [];
    const batch = { keys, values: this.send(group, keys) };
    this.open.set(group, batch);
    return batch;
  }

  /** Sends at the end of the turn whatever keys were added by then. */
  private async send(group: string, keys: readonly string[]): Promise<readonly (string | null)[]> {
    await new Promise((endOfTurn) => {
      setImmediate(endOfTurn);
    });
    if (this.open.get(group)?.keys === keys) this.open.delete(group);
    return (await this.redis.call('mget', ...keys)) as (string | null)[];
  }
}
