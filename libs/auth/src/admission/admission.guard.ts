import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { ENFORCES } from '../context/enforcement.js';
import type { Principal } from '../kernel/principal.js';
import { RefusingGuard } from '../problem-details/refusing.guard.js';
import { RbacGuard } from '../rbac/rbac.guard.js';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from '../throttler/requests/gatehouse-throttler.guard.js';
import type { ThrottleHit } from '../throttler/requests/throttle-hits.js';
import type { SequenceVerdicts } from '../throttler/sliding-window/sliding-window.store.js';
import { WindowStores } from '../throttler/window-stores.js';
import type { ForeseenToken } from '../tokens/access-token-check.js';

const CLASSES = [GatehouseThrottlerGuard, JwtAuthGuard, GatehouseUserThrottlerGuard, RbacGuard];
const { canActivate } = RefusingGuard.prototype;

type Verdict = ReturnType<CanActivate['canActivate']>;

/** The guards of every route, in their order: a flood is refused before anybody is authenticated, and a stranger before the limits of users. */
@Injectable()
export class GuardChain {
  private readonly guards: readonly CanActivate[];

  constructor(
    readonly addressLimits: GatehouseThrottlerGuard,
    readonly authentication: JwtAuthGuard,
    readonly userLimits: GatehouseUserThrottlerGuard,
    readonly access: RbacGuard,
  ) {
    this.guards = [addressLimits, authentication, userLimits, access];
  }

  /** Whether the guards are ours and nobody has replaced, extended or mocked one: that is asked as Nest would ask it. */
  get isOurs(): boolean {
    return this.guards.every(
      (guard, place) => guard.constructor === CLASSES[place] && guard.canActivate === canActivate,
    );
  }

  /** Asks one guard after another, from a place on; at once as long as they answer at once. @throws what a guard throws */
  follow(context: ExecutionContext, from = 0): boolean | Promise<boolean> {
    for (let place = from; place < this.guards.length; place++) {
      const verdict = this.guards[place]!.canActivate(context);
      if (typeof verdict !== 'boolean') return this.wait(verdict, context, place + 1);
      if (!verdict) return false;
    }
    return true;
  }

  private async wait(verdict: Verdict, context: ExecutionContext, next: number): Promise<boolean> {
    const found = isObservable(verdict) ? await lastValueFrom(verdict) : await verdict;
    return found && this.follow(context, next);
  }
}

/** What a call asks of the store, where all of it is known before the first answer. */
interface ForeseenCall {
  readonly first: readonly ThrottleHit[];
  /** `nobody`: whoever calls. */
  readonly caller: ForeseenToken | 'nobody';
  readonly second: readonly ThrottleHit[];
}

/**
 * Decides what the guards of a {@link GuardChain} decide, and in their order, in one wait: the limits of the address, whether a known token
 * was revoked, and the limits of its user are one question. Where that can't be, the guards are asked one after another.
 */
@Injectable()
export class AdmissionGuard extends RefusingGuard {
  static readonly [ENFORCES] = ['authentication', 'access'] as const;

  constructor(
    private readonly chain: GuardChain,
    private readonly windows: WindowStores,
  ) {
    super();
  }

  /** @throws AuthError what the guards throw */
  protected override decide(context: ExecutionContext): boolean | Promise<boolean> {
    const call = this.chain.isOurs ? this.foresee(context) : undefined;
    if (call === undefined) return this.chain.follow(context);
    const { first, caller, second } = call;
    const proviso = caller === 'nobody' ? undefined : caller.proviso;
    const verdicts =
      proviso === 'apart' ? undefined : this.windows.requests.hitInSequence({ first, proviso, second });
    if (verdicts instanceof Promise) {
      // Tokens are refreshed by whoever has the refresh token.
      if (caller === 'nobody') this.chain.addressLimits.lookAhead?.beside(verdicts, context);
      return verdicts.then((found) => this.conclude(context, call, found));
    }
    if (verdicts !== undefined) return this.conclude(context, call, verdicts);
    return caller === 'nobody' || proviso === undefined
      ? this.chain.follow(context)
      : this.askApart(context, first, caller);
  }

  private foresee(context: ExecutionContext): ForeseenCall | undefined {
    const { addressLimits, authentication, userLimits } = this.chain;
    const caller = authentication.foresee(context);
    if (caller === undefined) return undefined;
    const first = addressLimits.foresee(context, undefined);
    const second = userLimits.foresee(context, caller === 'nobody' ? undefined : caller.principal);
    if (first === undefined || second === undefined || first.length + second.length === 0) return undefined;
    return { first, caller, second };
  }

  private conclude(
    context: ExecutionContext,
    { first, caller, second }: ForeseenCall,
    { first: ofFirst, holds, second: ofSecond }: SequenceVerdicts,
  ): boolean | Promise<boolean> {
    const { addressLimits, authentication, userLimits, access } = this.chain;
    if (ofSecond === undefined) addressLimits.conclude(context, first, ofFirst);
    const goOn = (principal: Principal | undefined): boolean | Promise<boolean> => {
      authentication.conclude(context, principal);
      if (ofSecond === undefined) return this.chain.follow(context, AFTER_AUTHENTICATION);
      userLimits.conclude(context, [...first, ...second], [...ofFirst, ...ofSecond]);
      return access.canActivate(context);
    };
    if (caller === 'nobody') return goOn(undefined);
    if (caller.proviso !== undefined && holds !== undefined)
      return goOn(authentication.settle(caller, !holds));
    // What this process knows by itself it may know better by now; what wasn't answered is asked alone.
    const principal = this.recheck(context, caller, { first, ofFirst, isTold: ofSecond === undefined });
    return principal instanceof Promise ? principal.then(goOn) : goOn(principal);
  }

  /** Once more; a refusal says what the limits of the address said. */
  private recheck(
    context: ExecutionContext,
    caller: ForeseenToken,
    {
      first,
      ofFirst,
      isTold,
    }: {
      readonly first: readonly ThrottleHit[];
      readonly ofFirst: SequenceVerdicts['first'];
      readonly isTold: boolean;
    },
  ): Principal | Promise<Principal> {
    const fail = (error: unknown): never => {
      if (!isTold) this.chain.addressLimits.conclude(context, first, ofFirst);
      throw error;
    };
    try {
      const principal = this.chain.authentication.recheck(caller);
      return principal instanceof Promise ? principal.catch(fail) : principal;
    } catch (error) {
      return fail(error);
    }
  }

  /** In two waits: a revocation is only read, so its question needn't wait for the limits of the address. Those of the user are spent. */
  private async askApart(
    context: ExecutionContext,
    first: readonly ThrottleHit[],
    token: ForeseenToken,
  ): Promise<boolean> {
    const { addressLimits, authentication } = this.chain;
    const limited = this.windows.decide(first);
    // Whom this process knows to be refused asks the store nothing.
    if (!(limited instanceof Promise)) addressLimits.conclude(context, first, limited);
    const principal = (async () => authentication.recheck(token))();
    // Whoever is refused by address isn't told what became of the token.
    principal.catch(() => {});
    if (limited instanceof Promise) addressLimits.conclude(context, first, await limited);
    authentication.conclude(context, await principal);
    return this.chain.follow(context, AFTER_AUTHENTICATION);
  }
}

/** The place of the limits of users in the chain. */
const AFTER_AUTHENTICATION = 2;
