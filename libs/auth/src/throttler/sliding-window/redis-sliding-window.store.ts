import { LRUCache } from 'lru-cache';
import { digest } from '../../kernel/opaque.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { BatchedHits } from './batched-hits.js';
import { blockWindow } from './block-window.lua.js';
import { placesByKey } from './hits-by-key.js';
import { peekWindow } from './peek-window.lua.js';
import { rewardWindow } from './reward-window.lua.js';
import {
  SlidingWindowStore,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
  type WindowView,
} from './sliding-window.store.js';

/** Sliding windows on Redis; windows of one key share a hash tag and are decided in one script run. */
export class RedisSlidingWindowStore extends SlidingWindowStore {
  // Hashing costs more than the rest of a call on our side, and clients come back.
  private readonly tags = new LRUCache<string, string>({ max: 10_000 });
  private readonly batches: BatchedHits;

  constructor(private readonly redis: GuardedRedis) {
    super();
    this.batches = new BatchedHits(redis);
  }

  async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const [first] = hits;
    if (first === undefined) return [];
    if (hits.every(({ key }) => key === first.key)) return this.hitTogether(hits);
    const verdicts = Array.from<WindowVerdict>({ length: hits.length });
    const decide = async (places: readonly number[]): Promise<void> => {
      const decided = await this.hitTogether(places.map((place) => hits[place]!));
      places.forEach((place, index) => (verdicts[place] = decided[index]!));
    };
    await Promise.all(placesByKey(hits).map(decide));
    return verdicts;
  }

  async reward(id: WindowId, units: number): Promise<void> {
    await this.redis.run(rewardWindow, [this.keyOf(id)], [precisionOf(id), units]);
  }

  async block(id: WindowId, durationMs: number): Promise<void> {
    await this.redis.run(blockWindow, [this.keyOf(id)], [precisionOf(id), durationMs]);
  }

  async reset(id: WindowId): Promise<void> {
    await this.redis.call('del', this.keyOf(id));
  }

  async peek(id: WindowId, windowMs: number): Promise<WindowView> {
    const reply = await this.redis.run(peekWindow, [this.keyOf(id)], [precisionOf(id), windowMs]);
    const [used, blockedMs] = (reply as unknown[]).map(Number);
    return { used: used ?? 0, blockedMs: blockedMs ?? 0 };
  }

  private hitTogether(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const tag = this.tagOf(hits[0]!.key);
    return this.batches.decide(
      tag,
      hits.map((hit) => this.keyOf(hit)),
      hits,
    );
  }

  private keyOf({ name, key, precision }: WindowId): string {
    return this.redis.keySpace.key(this.tagOf(key), precision === 'bounded' ? `b:${name}` : `e:${name}`);
  }

  private tagOf(key: string): string {
    let tag = this.tags.get(key);
    if (tag === undefined) this.tags.set(key, (tag = `rl:${digest(key, 16)}`));
    return tag;
  }
}

function precisionOf({ precision }: WindowId): string {
  return precision ?? 'exact';
}
