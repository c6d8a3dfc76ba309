import { LRUCache } from 'lru-cache';
import { digest } from '../../kernel/opaque.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import type { RedisScript } from '../../redis/redis-script.js';
import { blockWindow } from './block-window.lua.js';
import { hitScripts } from './hit-windows.lua.js';
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

const ANSWER_LENGTH = 3;

/** Sliding windows on Redis; windows of one key share a hash tag and are decided in one script call. */
export class RedisSlidingWindowStore extends SlidingWindowStore {
  // Hashing costs more than the rest of a call on our side, and clients come back.
  private readonly tags = new LRUCache<string, string>({ max: 10_000 });

  constructor(private readonly redis: GuardedRedis) {
    super();
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

  private async hitTogether(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const keys = hits.map((hit) => this.keyOf(hit));
    const reply = (await this.redis.run(scriptFor(hits), keys, hits.flatMap(argumentsOf))) as unknown[];
    return hits.map((_, index) => verdictOf(reply, index * ANSWER_LENGTH));
  }

  private keyOf({ name, key, precision }: WindowId): string {
    let tag = this.tags.get(key);
    if (tag === undefined) this.tags.set(key, (tag = `rl:${digest(key, 16)}`));
    return this.redis.keySpace.key(tag, precision === 'bounded' ? `b:${name}` : `e:${name}`);
  }
}

function scriptFor(hits: readonly WindowHit[]): RedisScript {
  const bounded = hits.filter(({ precision }) => precision === 'bounded').length;
  if (bounded === 0) return hitScripts.exact;
  return bounded === hits.length ? hitScripts.bounded : hitScripts.mixed;
}

function precisionOf({ precision }: WindowId): string {
  return precision ?? 'exact';
}

function argumentsOf(hit: WindowHit): (string | number)[] {
  const { limit, windowMs, blockMs, cost, dryRun } = hit;
  return [precisionOf(hit), limit, windowMs, blockMs, cost, dryRun === true ? 'dry-run' : 'counts'];
}

function verdictOf(reply: readonly unknown[], at: number): WindowVerdict {
  const outcome = String(reply[at]);
  const used = Number(reply[at + 1]);
  const ms = Number(reply[at + 2]);
  switch (outcome) {
    case 'admitted':
      return { outcome, used, resetMs: ms };
    case 'refused':
      return { outcome, used, waitMs: ms };
    default:
      return { outcome: 'spared' };
  }
}
