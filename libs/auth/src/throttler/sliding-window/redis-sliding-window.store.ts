import { LRUCache } from 'lru-cache';
import { digest, randomId } from '../../kernel/opaque.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { TurnBatch } from '../../redis/turn-batch.js';
import { blockWindow } from '../scripts/block-window.lua.js';
import type { RedisScript } from '../../redis/redis-script.js';
import { hitScripts } from '../scripts/hit-windows.lua.js';
import { peekWindow } from '../scripts/peek-window.lua.js';
import { readGeneration } from '../scripts/read-generation.lua.js';
import { rewardWindows } from '../scripts/reward-windows.lua.js';
import { decideByKey } from './hits-by-key.js';
import {
  SlidingWindowStore,
  type WindowHit,
  type WindowId,
  type WindowVerdict,
  type WindowView,
} from './sliding-window.store.js';

interface Reward {
  readonly id: WindowId;
  readonly units: number;
}

const ANSWER_LENGTH = 3;
// One script run of this size takes Redis a fraction of a millisecond.
const MAX_WINDOWS = 128;

/** Sliding windows on Redis; windows of one key share a hash tag and are decided in one script run. */
export class RedisSlidingWindowStore extends SlidingWindowStore {
  // Hashing is the most expensive part of a call on our side, and the same clients call again.
  private readonly tags = new LRUCache<string, string>({ max: 10_000 });
  /** The hits of one key are one question: they are decided together, after those asked earlier. */
  private readonly decisions: TurnBatch<readonly WindowHit[], readonly WindowVerdict[]>;
  private readonly rewards: TurnBatch<Reward, undefined>;

  constructor(private readonly redis: GuardedRedis) {
    super();
    this.decisions = new TurnBatch(redis, {
      maxSize: MAX_WINDOWS,
      sizeOf: (hits) => hits.length,
      send: (groups) => this.decide(groups),
    });
    this.rewards = new TurnBatch(redis, {
      maxSize: MAX_WINDOWS,
      sizeOf: () => 1,
      send: (rewards) => this.giveBack(rewards),
    });
  }

  async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    const [first] = hits;
    if (first === undefined) return [];
    if (hits.every(({ key }) => key === first.key)) return this.hitTogether(hits);
    return decideByKey(hits, (ofKey) => this.hitTogether(ofKey));
  }

  async reward(id: WindowId, units: number): Promise<void> {
    if (isOfLogin(id)) await this.giveBack([{ id, units }], this.redis.joint);
    else await this.rewards.ask(this.tagOf(id.key), { id, units });
  }

  async block(id: WindowId, durationMs: number): Promise<void> {
    await this.redis.run(blockWindow, [this.keyOf(id)], [precisionOf(id), durationMs]);
  }

  async reset(id: WindowId): Promise<void> {
    await this.redis.call('del', this.keyOf(id));
  }

  async renew(key: string, lifetimeMs: number): Promise<void> {
    await this.redis.call('set', this.generationKey(key), randomId(9), 'PX', lifetimeMs);
  }

  async generation(key: string): Promise<string> {
    const found = await this.redis.joint.run(readGeneration, [this.generationKey(key)], []);
    return typeof found === 'string' ? found : '';
  }

  async peek(id: WindowId, windowMs: number): Promise<WindowView> {
    const reply = await this.redis.run(peekWindow, [this.keyOf(id)], [precisionOf(id), windowMs]);
    const [used, blockedMs] = (reply as unknown[]).map(Number);
    return { used: used ?? 0, blockedMs: blockedMs ?? 0 };
  }

  private async hitTogether(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    if (!isOfLogin(hits[0]!)) return this.decisions.ask(this.tagOf(hits[0]!.key), hits);
    const [verdicts] = await this.decide([hits], this.redis.joint);
    return verdicts!;
  }

  /** @param by what runs the script: alone, or together with all else that a login asks at the same time */
  private async decide(
    groups: readonly (readonly WindowHit[])[],
    by: Pick<GuardedRedis, 'run'> = this.redis,
  ): Promise<readonly (readonly WindowVerdict[])[]> {
    const hits = groups.flat();
    let end = 0;
    const ends = groups.map(({ length }) => (end += length));
    const reply = (await by.run(
      scriptFor(hits),
      hits.map((hit) => this.keyOf(hit)),
      [...hits.flatMap(argumentsOf), ...ends],
    )) as unknown[];
    let from = 0;
    return groups.map((group) => group.map(() => verdictOf(reply, from++ * ANSWER_LENGTH)));
  }

  private async giveBack(
    rewards: readonly Reward[],
    by: Pick<GuardedRedis, 'run'> = this.redis,
  ): Promise<readonly undefined[]> {
    const keys = rewards.map(({ id }) => this.keyOf(id));
    await by.run(
      rewardWindows,
      keys,
      rewards.flatMap(({ id, units }) => [precisionOf(id), units]),
    );
    return rewards.map(() => undefined);
  }

  private keyOf({ name, key, precision }: WindowId): string {
    return this.redis.keySpace.key(this.tagOf(key), precision === 'bounded' ? `b:${name}` : `e:${name}`);
  }

  private generationKey(key: string): string {
    return this.redis.keySpace.key(this.tagOf(key), 'g');
  }

  private tagOf(key: string): string {
    let tag = this.tags.get(key);
    if (tag === undefined) this.tags.set(key, (tag = `rl:${digest(key, 16)}`));
    return tag;
  }
}

function scriptFor(hits: readonly WindowHit[]): RedisScript {
  const bounded = hits.filter(({ precision }) => precision === 'bounded').length;
  if (bounded === 0) return hitScripts.exact;
  return bounded === hits.length ? hitScripts.bounded : hitScripts.mixed;
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
      return { outcome: 'uncounted', used };
  }
}

/** Whether it is counted for a login, which has more to ask at the same time. */
function isOfLogin({ counts = 'requests' }: WindowId): boolean {
  return counts !== 'requests';
}

function precisionOf({ precision }: WindowId): string {
  return precision ?? 'exact';
}
