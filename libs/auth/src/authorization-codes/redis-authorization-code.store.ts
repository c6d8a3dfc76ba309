import { digest, randomId } from '../kernel/opaque.js';
import type { GuardedRedis } from '../redis/guarded-redis.js';
import {
  type AuthorizationCodeContent,
  AuthorizationCodeStore,
  type CodeRedemption,
  type RecalledCode,
  type UsedCode,
} from './authorization-code.store.js';
import { issueCodeScript } from './issue-code.lua.js';
import { redeemCodeScript } from './redeem-code.lua.js';

const ATTEMPT_BYTES = 9;

type RedeemReply = [verdict: 'redeemed' | 'unknown'] | [verdict: 'used', owner: string];

/** Authorization codes on Redis, shared by every instance: a key each, named by the hash of the code. */
export class RedisAuthorizationCodeStore extends AuthorizationCodeStore {
  constructor(private readonly redis: GuardedRedis) {
    super();
  }

  async issue(code: string, content: AuthorizationCodeContent, ttlMs: number): Promise<void> {
    const { clientId, sessionId } = content;
    const owner: UsedCode = { clientId, sessionId };
    const args = [JSON.stringify(owner), JSON.stringify(content), Math.ceil(ttlMs)];
    await this.redis.run(issueCodeScript, [this.keyOf(code)], args);
  }

  async recall(code: string): Promise<RecalledCode> {
    const known = await this.redis.call('hmget', this.keyOf(code), 'user', 'owner', 'content');
    const [user, owner, content] = known as readonly (string | null)[];
    if (!owner || content === undefined || content === null) return { verdict: 'unknown' };
    if (user !== null) return { verdict: 'used', ...(JSON.parse(owner) as UsedCode) };
    return { verdict: 'issued', content: JSON.parse(content) as AuthorizationCodeContent };
  }

  async redeem(code: string, rememberedMs: number): Promise<CodeRedemption> {
    const attempt = randomId(ATTEMPT_BYTES);
    const args = [attempt, Math.ceil(rememberedMs)];
    const [verdict, owner] = (await this.redis.run(
      redeemCodeScript,
      [this.keyOf(code)],
      args,
    )) as RedeemReply;
    return verdict === 'used' ? { verdict, ...(JSON.parse(owner) as UsedCode) } : { verdict };
  }

  private keyOf(code: string): string {
    const name = digest(code);
    // Codes have nothing to do with each other, so each may be in another slot.
    return this.redis.keySpace.key(name.slice(0, 2), 'code', name);
  }
}
