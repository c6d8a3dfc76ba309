import type { GuardedRedis } from '../../redis/guarded-redis.js';
import type { RedisScript } from '../../redis/redis-script.js';
import { hitScripts } from './hit-windows.lua.js';
import type { WindowHit, WindowVerdict } from './sliding-window.store.js';

const ANSWER_LENGTH = 3;
// One script run of this size takes Redis a fraction of a millisecond; a larger one would keep others waiting.
const MAX_WINDOWS = 128;

interface Batch {
  readonly keys: string[];
  readonly hits: WindowHit[];
  /** Where each group of hits that are decided together ends, counted from 1 as Lua does. */
  readonly ends: number[];
  readonly reply: Promise<readonly unknown[]>;
}

/**
 * Sends the hits that come in during one turn of the event loop as one script run, in which each group is decided by
 * itself and after those before it: concurrent requests share a round trip, and one that is alone waits for nobody. On a
 * Cluster a script must stay in one slot, so there is a batch per hash tag.
 */
export class BatchedHits {
  private readonly open = new Map<string, Batch>();

  constructor(private readonly redis: GuardedRedis) {}

  /** Decides hits whose windows share a hash tag together. @throws AuthError `store_unavailable` */
  async decide(
    tag: string,
    keys: readonly string[],
    hits: readonly WindowHit[],
  ): Promise<readonly WindowVerdict[]> {
    const slot = this.redis.connection.isCluster === true ? tag : '';
    const batch = this.batchFor(slot, hits.length);
    const from = batch.hits.length;
    batch.keys.push(...keys);
    batch.ends.push(batch.hits.push(...hits));
    const reply = await batch.reply;
    return hits.map((_, index) => verdictOf(reply, (from + index) * ANSWER_LENGTH));
  }

  private batchFor(slot: string, size: number): Batch {
    const known = this.open.get(slot);
    if (known !== undefined && known.keys.length + size <= MAX_WINDOWS) return known;
    const batch = { keys: [], hits: [], ends: [] };
    const opened: Batch = Object.assign(batch, { reply: this.send(slot, batch) });
    this.open.set(slot, opened);
    return opened;
  }

  /** Sends at the end of the turn whatever was added by then. */
  private async send(slot: string, batch: Omit<Batch, 'reply'>): Promise<readonly unknown[]> {
    await new Promise((endOfTurn) => {
      setImmediate(endOfTurn);
    });
    if (this.open.get(slot)?.hits === batch.hits) this.open.delete(slot);
    const { keys, hits, ends } = batch;
    return (await this.redis.run(scriptFor(hits), keys, [
      ...hits.flatMap(argumentsOf),
      ...ends,
    ])) as unknown[];
  }
}

function scriptFor(hits: readonly WindowHit[]): RedisScript {
  const bounded = hits.filter(({ precision }) => precision === 'bounded').length;
  if (bounded === 0) return hitScripts.exact;
  return bounded === hits.length ? hitScripts.bounded : hitScripts.mixed;
}

function argumentsOf({ precision, limit, windowMs, blockMs, cost, dryRun }: WindowHit): (string | number)[] {
  return [precision ?? 'exact', limit, windowMs, blockMs, cost, dryRun === true ? 'dry-run' : 'counts'];
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
