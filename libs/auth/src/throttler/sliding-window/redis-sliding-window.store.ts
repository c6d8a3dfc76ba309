import { LRUCache } from 'lru-cache';
import { digest, randomId } from '../../kernel/opaque.js';
import type { GuardedRedis } from '../../redis/guarded-redis.js';
import { type Answered, TurnBatch } from '../../redis/joint/turn-batch.js';
import { blockWindow } from '../scripts/block-window.lua.js';
import { hitScripts } from '../scripts/hit-windows.lua.js';
import { peekWindow } from '../scripts/peek-window.lua.js';
import { readGeneration } from '../scripts/read-generation.lua.js';
import { rewardWindows } from '../scripts/reward-windows.lua.js';
import { decideByKey } from './hits-by-key.js';
import {
  type HitSequence,
  isAdmitted,
  isOfOneKey,
  NO_HITS,
  type SequenceVerdicts,
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

// One script run of this size takes Redis a fraction of a millisecond, and a number of it is one byte.
const MAX_KEYS = 127;

const NOTHING_ASKED: SequenceVerdicts = Object.freeze({ first: NO_HITS, holds: true, second: NO_HITS });

/** Sliding windows on Redis; windows of one key share a hash tag and are decided in one script run. */
export class RedisSlidingWindowStore extends SlidingWindowStore {
  // Hashing is the most expensive part of a call on our side, and the same clients call again.
  private readonly bases = new LRUCache<string, string>({ max: 10_000 });
  /** A call is one question: its hits are decided together, after those asked earlier. */
  private readonly calls: TurnBatch<HitSequence, SequenceVerdicts>;
  private readonly rewards: TurnBatch<Reward, undefined>;

  constructor(private readonly redis: GuardedRedis) {
    super();
    this.calls = new TurnBatch(redis, {
      maxSize: MAX_KEYS,
      sizeOf,
      send: (sequences) => this.decide(sequences),
    });
    this.rewards = new TurnBatch(redis, {
      maxSize: MAX_KEYS,
      sizeOf: () => 1,
      send: (rewards) => this.giveBack(rewards),
    });
  }

  async hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]> {
    if (hits.length === 0) return [];
    if (hits.length > MAX_KEYS) throw new RangeError(`At most ${MAX_KEYS} windows are asked at a time`);
    if (isOfOneKey(hits)) return this.hitTogether(hits);
    return decideByKey(hits, (ofKey) => this.hitTogether(ofKey));
  }

  /** Keys of two clients are on two servers of a Cluster. */
  override hitInSequence<Result>(
    sequence: HitSequence,
    asker: Answered<SequenceVerdicts, Result>,
  ): Result | Promise<Result> | undefined {
    const size = sizeOf(sequence);
    if (this.redis.isCluster || size > MAX_KEYS) return undefined;
    return size === 0 ? asker.answered(NOTHING_ASKED) : this.calls.askFor('', sequence, asker);
  }

  async reward(id: WindowId, units: number): Promise<void> {
    if (isOfLogin(id)) await this.giveBack([{ id, units }], this.redis.joint);
    else await this.rewards.ask(this.baseOf(id.key), { id, units });
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
    const sequence = { first: hits, second: NO_HITS };
    if (!isOfLogin(hits[0]!)) return (await this.calls.ask(this.baseOf(hits[0]!.key), sequence)).first;
    const [answer] = await this.decide([sequence], this.redis.joint);
    return answer!.first;
  }

  /** @param by what runs the script: alone, or together with all else that a login asks at the same time */
  private async decide(
    sequences: readonly HitSequence[],
    by: Pick<GuardedRedis, 'run'> = this.redis,
  ): Promise<readonly SequenceVerdicts[]> {
    const calls = new HitCalls(sequences, this.keyOf);
    const reply = await by.run(hitScripts[calls.precision], calls.keys, calls.args);
    return calls.answers(reply as unknown[]);
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

  private readonly keyOf = ({ name, key, precision }: WindowId): string =>
    `${this.baseOf(key)}${precision === 'bounded' ? 'b' : 'e'}:${name}`;

  private generationKey(key: string): string {
    return `${this.baseOf(key)}g`;
  }

  /** What all keys of a client begin with: they have one hash tag. */
  private baseOf(key: string): string {
    let base = this.bases.get(key);
    if (base === undefined) this.bases.set(key, (base = this.redis.keySpace.base(`rl:${digest(key, 16)}`)));
    return base;
  }
}

function sizeOf({ first, proviso, second }: HitSequence): number {
  return first.length + (proviso?.keys.length ?? 0) + second.length;
}

/** Whether it is counted for a login, which has more to ask at the same time. */
function isOfLogin({ counts = 'requests' }: WindowId): boolean {
  return counts !== 'requests';
}

function precisionOf({ precision }: WindowId): string {
  return precision ?? 'exact';
}

const FIELDS = ['precision', 'limit', 'windowMs', 'blockMs', 'cost', 'dryRun'] as const;

/** One run of a script of `hit-windows.lua.ts`: writes its arguments, and reads its reply. */
class HitCalls {
  readonly keys: string[] = [];
  private readonly plans: WindowHit[] = [];
  private readonly sums: number[] = [];
  private calls = '';
  private bounded = 0;
  private windows = 0;

  constructor(
    private readonly sequences: readonly HitSequence[],
    private readonly keyOf: (id: WindowId) => string,
  ) {
    for (const { first, proviso, second } of sequences) {
      this.calls += String.fromCharCode(first.length, proviso?.keys.length ?? 0, second.length);
      this.add(first);
      if (proviso !== undefined) {
        this.keys.push(...proviso.keys);
        this.sums.push(proviso.sum);
      }
      this.add(second);
    }
  }

  /** Which kinds of windows are asked. */
  get precision(): 'exact' | 'bounded' | 'mixed' {
    if (this.bounded === 0) return 'exact';
    return this.bounded === this.windows ? 'bounded' : 'mixed';
  }

  get args(): readonly (string | number)[] {
    const args: (string | number)[] = [this.plans.length];
    for (const { precision = 'exact', limit, windowMs, blockMs, cost, dryRun } of this.plans)
      args.push(precision, limit, windowMs, blockMs, cost, dryRun === true ? 'dry-run' : 'counts');
    args.push(this.calls, ...this.sums);
    return args;
  }

  /** One answer for each sequence, in their order. */
  answers(reply: readonly unknown[]): readonly SequenceVerdicts[] {
    let at = 0;
    const verdicts = (hits: readonly WindowHit[]): readonly WindowVerdict[] => {
      at += 2 * hits.length;
      return hits.map((_, place) => verdictOf(reply, at + 2 * (place - hits.length)));
    };
    return this.sequences.map(({ first, proviso, second }) => {
      const ofFirst = verdicts(first);
      const holds = proviso === undefined ? isAdmitted(first, ofFirst) : Number(reply[at++]) === 1;
      const ofSecond = verdicts(second);
      return { first: ofFirst, holds, second: holds ? ofSecond : undefined };
    });
  }

  private add(hits: readonly WindowHit[]): void {
    for (const hit of hits) {
      this.keys.push(this.keyOf(hit));
      this.calls += String.fromCharCode(this.placeOf(hit));
      this.windows += 1;
      if (hit.precision === 'bounded') this.bounded += 1;
    }
  }

  /** Most calls of an app have the same few plans. */
  private placeOf(hit: WindowHit): number {
    const { plans } = this;
    for (let place = 0; place < plans.length; place++) {
      const plan = plans[place]!;
      if (FIELDS.every((field) => plan[field] === hit[field])) return place + 1;
    }
    return plans.push(hit);
  }
}

function verdictOf(reply: readonly unknown[], at: number): WindowVerdict {
  const [used, ms] = [Number(reply[at]), Number(reply[at + 1])];
  if (ms > 0) return { outcome: 'admitted', used, resetMs: ms };
  return ms < 0 ? { outcome: 'refused', used, waitMs: -ms } : { outcome: 'uncounted', used };
}
