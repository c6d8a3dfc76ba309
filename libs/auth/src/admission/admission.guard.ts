import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ENFORCES } from '../context/enforcement.js';
import { RefusingGuard } from '../problem-details/refusing.guard.js';
import { WindowStores } from '../throttler/window-stores.js';
import { ForeseenCall, type Refuse } from './foreseen-call.js';
import { GuardChain } from './guard-chain.js';

/**
 * Decides what the guards of a {@link GuardChain} decide, and in their order, in one wait: the limits of the address, whether a known token
 * was revoked, and the limits of its user are one question. Where that can't be, the guards are asked one after another.
 */
@Injectable()
export class AdmissionGuard extends RefusingGuard {
  static readonly [ENFORCES] = ['authentication', 'access'] as const;

  private readonly refuse: Refuse = (error, context) => this.raise(error, context);

  constructor(
    private readonly chain: GuardChain,
    private readonly windows: WindowStores,
  ) {
    super();
  }

  /** @throws AuthError what the guards throw; at once or by rejecting */
  override canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const call = this.chain.isOurs ? this.foresee(context) : undefined;
    return (call && this.ask(call, context)) ?? super.canActivate(context);
  }

  protected override decide(context: ExecutionContext): boolean | Promise<boolean> {
    return this.chain.follow(context);
  }

  /** `undefined` where it can't be one question, nor two at the same time. */
  private ask(call: ForeseenCall, context: ExecutionContext): boolean | Promise<boolean> | undefined {
    const { caller } = call;
    const isApart = caller?.proviso === 'apart';
    const passes = isApart ? undefined : this.windows.requests.hitInSequence(call, call);
    if (passes === undefined) return caller?.proviso && call.askApart(this.windows, caller);
    // Tokens are refreshed by whoever has the refresh token.
    if (caller === undefined && passes instanceof Promise)
      this.chain.addressLimits.lookAhead?.beside(passes, context);
    return passes;
  }

  private foresee(context: ExecutionContext): ForeseenCall | undefined {
    const { addressLimits, authentication, userLimits } = this.chain;
    const caller = authentication.foresee(context);
    if (caller === undefined) return undefined;
    const token = caller === 'nobody' ? undefined : caller;
    const first = addressLimits.foresee(context, undefined);
    const second = userLimits.foresee(context, token?.principal);
    if (first === undefined || second === undefined || first.length + second.length === 0) return undefined;
    return new ForeseenCall(this.chain, this.refuse, context, token, first, second);
  }
}
