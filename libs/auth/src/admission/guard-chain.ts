import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isObservable, lastValueFrom } from 'rxjs';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { RefusingGuard } from '../problem-details/refusing.guard.js';
import { RbacGuard } from '../rbac/rbac.guard.js';
import {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from '../throttler/requests/gatehouse-throttler.guard.js';

const CLASSES = [GatehouseThrottlerGuard, JwtAuthGuard, GatehouseUserThrottlerGuard, RbacGuard];
const { canActivate } = RefusingGuard.prototype;
// The place of the limits of users.
const AFTER_AUTHENTICATION = 2;

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

  /** Asks one guard after another; at once as long as they answer at once. @throws what a guard throws */
  follow(context: ExecutionContext, from = 0): boolean | Promise<boolean> {
    for (let place = from; place < this.guards.length; place++) {
      const verdict = this.guards[place]!.canActivate(context);
      if (typeof verdict !== 'boolean') return this.wait(verdict, context, place + 1);
      if (!verdict) return false;
    }
    return true;
  }

  /** Asks those that come after authentication. @throws what a guard throws */
  followAuthenticated(context: ExecutionContext): boolean | Promise<boolean> {
    return this.follow(context, AFTER_AUTHENTICATION);
  }

  private async wait(verdict: Verdict, context: ExecutionContext, next: number): Promise<boolean> {
    const found = isObservable(verdict) ? await lastValueFrom(verdict) : await verdict;
    return found && this.follow(context, next);
  }
}
