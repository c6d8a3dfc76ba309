import type { Condition } from '../kernel/condition.js';
import type { GuardedRedis } from '../redis/guarded-redis.js';

const FROM_COPY = 'known tokens are checked against the copy in this process, all else is refused';

/** The store, and what follows for those who ask. */
export interface StoreConditions {
  /** Whether it answers. */
  readonly itself: Condition;
  /** Whether decisions are made, by the copy of this process where it doesn't answer. */
  readonly decisions: Condition;
}

/** How the store is doing. */
export class StoreHealth {
  /**
   * @param redis `undefined`: stores are in memory, which is always there
   * @param hasFreshCopy whether this process has a copy of recent revocations that may answer
   */
  constructor(
    private readonly redis: Pick<GuardedRedis, 'condition'> | undefined,
    private readonly hasFreshCopy: () => boolean,
  ) {}

  /** What the store is called in reports. */
  get medium(): 'redis' | 'memory' {
    return this.redis === undefined ? 'memory' : 'redis';
  }

  /** Within the deadline of a call; never rejects. */
  async check(): Promise<StoreConditions> {
    const itself: Condition = (await this.redis?.condition()) ?? { status: 'up' };
    if (itself.status !== 'down' || !this.hasFreshCopy()) return { itself, decisions: itself };
    const reason = [itself.reason, FROM_COPY].filter((part) => part !== undefined).join('; ');
    return { itself, decisions: { ...itself, status: 'degraded', reason } };
  }
}
