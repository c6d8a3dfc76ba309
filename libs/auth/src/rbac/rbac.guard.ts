import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { isExempt } from '../context/exempt-call.js';
import { carrierOf, isKnownTransport, type PrincipalCarrier } from '../context/principal-accessor.js';
import { AuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import type { Principal } from '../kernel/principal.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { OwnershipResolvers } from './ownership-resolvers.js';
import { RbacSettings } from './rbac.settings.js';
import type { CompiledRoute } from './requirements/compiled-route.js';
import type { RouteRequirement } from './requirements/route-requirement.js';
import { RouteRequirements } from './requirements/route-requirements.js';

/**
 * Refuses every call whose principal doesn't meet what the route asks for, and every call it doesn't understand. Runs after
 * whatever authenticates; synchronous unless an ownership resolver has to be asked.
 * @example
 * ```ts
 * { provide: APP_GUARD, useExisting: RbacGuard } // AuthModule and RbacModule do this
 * ```
 */
@Injectable()
export class RbacGuard implements CanActivate {
  private readonly routes: RouteRequirements;

  constructor(
    private readonly settings: RbacSettings,
    private readonly live: LiveRoleGraph,
    private readonly owners: OwnershipResolvers,
    private readonly events: AuthEvents,
  ) {
    this.routes = new RouteRequirements(settings.combine);
  }

  /** @throws AuthError `unauthenticated`, `access_denied` or `insufficient_scope` */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (!isKnownTransport(context))
      throw this.denied(undefined, `'${context.getType<string>()}' calls are not understood`);
    const route = this.routes.of(context.getClass(), context.getHandler());
    const { requirement } = route;
    const carrier = carrierOf(context);
    const principal = carrier?.user;
    if (requirement.clauses.length === 0 && this.isOpen(requirement, carrier)) return true;
    if (principal === undefined || principal === null) throw new AuthError('unauthenticated');
    if (requirement.clauses.length === 0) return this.applyDefault(requirement, principal);
    // One graph for the whole decision, resolver included.
    return this.decide(this.routes.compiled(route, this.live.current), requirement, principal, context);
  }

  private isOpen({ authentication }: RouteRequirement, carrier: PrincipalCarrier | undefined): boolean {
    if (authentication === 'public') return true;
    if (carrier?.user !== undefined && carrier.user !== null) return false;
    return authentication === 'optional' || isExempt(carrier);
  }

  private applyDefault({ authentication }: RouteRequirement, principal: Principal): boolean {
    if (authentication !== undefined || this.settings.defaultPolicy === 'authenticated') return true;
    throw this.denied(principal, 'the route says nothing about access and the default policy is deny');
  }

  private decide(
    route: CompiledRoute,
    { owner }: RouteRequirement,
    principal: Principal,
    context: ExecutionContext,
  ): boolean | Promise<boolean> {
    const verdict = route.decide(principal);
    if (typeof verdict === 'object') throw this.reported(route.refusal(verdict, principal), principal);
    if (verdict === 'granted') return true;
    if (owner === undefined) throw this.denied(principal, 'no ownership resolver');
    return this.askOwner(owner, principal, context);
  }

  private askOwner(
    owner: NonNullable<RouteRequirement['owner']>,
    principal: Principal,
    context: ExecutionContext,
  ): boolean | Promise<boolean> {
    const settle = (owned: unknown): true => {
      if (owned === true) return true;
      throw this.denied(principal, `${owner.name} does not call it the caller's own`);
    };
    const fail = (cause: unknown): never => {
      throw this.denied(principal, `${owner.name} failed`, cause);
    };
    let answer: unknown;
    try {
      answer = this.owners.ask(owner, principal, context);
    } catch (error) {
      return fail(error);
    }
    return isThenable(answer) ? Promise.resolve(answer).then(settle, fail) : settle(answer);
  }

  private denied(principal: Principal | undefined, detail: string, cause?: unknown): AuthError {
    return this.reported(new AuthError('access_denied', { detail, cause }), principal);
  }

  private reported(error: AuthError, principal: Principal | undefined): AuthError {
    this.events.emit('access.denied', {
      subject: principal?.subject,
      code: error.code,
      reason: error.message,
    });
    return error;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
