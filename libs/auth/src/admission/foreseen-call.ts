import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from '../kernel/principal.js';
import type { Proviso } from '../redis/calls.js';
import type { Answered } from '../redis/joint/turn-batch.js';
import type { ThrottleHit } from '../throttler/requests/throttle-hits.js';
import type { HitSequence, SequenceVerdicts } from '../throttler/sliding-window/sliding-window.store.js';
import type { WindowStores } from '../throttler/window-stores.js';
import type { ForeseenToken } from '../tokens/access-token-check.js';
import type { GuardChain } from './guard-chain.js';

/** Tells the response of a refusal, and throws it. */
export type Refuse = (error: unknown, context: ExecutionContext) => never;

/**
 * A call of which all is known that the guards are going to ask, before the first answer: what it asks, and what becomes of the answer.
 * One object for both, and no promise of its own, since every call makes one.
 */
export class ForeseenCall implements HitSequence, Answered<SequenceVerdicts, boolean> {
  readonly proviso: Proviso | undefined;

  /** @param caller nobody in particular on a public route */
  constructor(
    private readonly chain: GuardChain,
    private readonly refuse: Refuse,
    private readonly context: ExecutionContext,
    readonly caller: ForeseenToken | undefined,
    readonly first: readonly ThrottleHit[],
    readonly second: readonly ThrottleHit[],
  ) {
    this.proviso = caller === undefined || caller.proviso === 'apart' ? undefined : caller.proviso;
  }

  /** @throws AuthError what the guards throw */
  answered(found: SequenceVerdicts): boolean | Promise<boolean> {
    try {
      const passes = this.conclude(found);
      return typeof passes === 'boolean' ? passes : passes.catch((error: unknown) => this.failed(error));
    } catch (error) {
      return this.failed(error);
    }
  }

  /** @throws AuthError `store_unavailable` */
  failed(error: unknown): never {
    return this.refuse(error, this.context);
  }

  /**
   * In two waits: a revocation is only read, so its question needn't wait for the limits of the address. Those of the user are spent.
   * @throws AuthError what the guards throw
   */
  async askApart(windows: WindowStores, token: ForeseenToken): Promise<boolean> {
    const { addressLimits, authentication } = this.chain;
    try {
      const limited = windows.decide(this.first);
      // Whom this process knows to be refused asks the store nothing.
      if (!(limited instanceof Promise)) addressLimits.conclude(this.context, this.first, limited);
      const principal = (async () => authentication.recheck(token))();
      // Whoever is refused by address isn't told what became of the token.
      principal.catch(() => {});
      if (limited instanceof Promise) addressLimits.conclude(this.context, this.first, await limited);
      authentication.conclude(this.context, await principal);
      return await this.chain.followAuthenticated(this.context);
    } catch (error) {
      return this.failed(error);
    }
  }

  private conclude(found: SequenceVerdicts): boolean | Promise<boolean> {
    const { caller, chain, context } = this;
    if (found.second === undefined) chain.addressLimits.conclude(context, this.first, found.first);
    if (caller === undefined) return this.goOn(found, undefined);
    if (this.proviso !== undefined && found.holds !== undefined)
      return this.goOn(found, chain.authentication.settle(caller, !found.holds));
    // What this process knows by itself it may know better by now; what wasn't answered is asked alone.
    const principal = this.recheck(found, caller);
    return principal instanceof Promise
      ? principal.then((checked) => this.goOn(found, checked))
      : this.goOn(found, principal);
  }

  private goOn(
    { first, second }: SequenceVerdicts,
    principal: Principal | undefined,
  ): boolean | Promise<boolean> {
    const { chain, context } = this;
    chain.authentication.conclude(context, principal);
    if (second === undefined) return chain.followAuthenticated(context);
    if (second.length === 0) chain.userLimits.conclude(context, this.first, first);
    else chain.userLimits.conclude(context, [...this.first, ...this.second], [...first, ...second]);
    return chain.access.canActivate(context);
  }

  /** Once more; a refusal says what the limits of the address said. */
  private recheck(
    { first, second }: SequenceVerdicts,
    caller: ForeseenToken,
  ): Principal | Promise<Principal> {
    const fail = (error: unknown): never => {
      if (second !== undefined) this.chain.addressLimits.conclude(this.context, this.first, first);
      throw error;
    };
    try {
      const principal = this.chain.authentication.recheck(caller);
      return principal instanceof Promise ? principal.catch(fail) : principal;
    } catch (error) {
      return fail(error);
    }
  }
}
