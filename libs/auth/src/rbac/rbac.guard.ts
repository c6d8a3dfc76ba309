import { type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import { ENFORCES } from '../context/enforcement.js';
import { isExempt } from '../context/exempt-call.js';
import { isKnownTransport, principalIn, requestOf } from '../context/call.js';
import { originOf } from '../context/callers/origin-of.js';
import { AuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import type { Principal } from '../kernel/principal.js';
import { RefusingGuard } from '../problem-details/refusing.guard.js';
import { LiveRoleGraph } from './live-role-graph.js';
import { OwnershipResolvers } from './ownership-resolvers.js';
import { RbacSettings } from './rbac.settings.js';
import { type CompiledRoute, knownRoutes } from './requirements/compiled-route.js';
import type { OwnershipResolver } from './requirements/owner.decorator.js';
import type { RouteRequirement } from './requirements/route-requirement.js';

/**
 * Refuses every call whose principal doesn't meet what the route asks for, and every call of an unknown transport to a
 * handler that isn't `@Public()`. It runs
 * after authentication, and answers synchronously unless it has to ask an ownership resolver.
 * @example
 * ```ts
 * { provide: APP_GUARD, useExisting: RbacGuard } // AuthModule and RbacModule do this
 * ```
 */
@Injectable()
export class RbacGuard extends RefusingGuard {
  static readonly [ENFORCES] = 'access';

  private readonly routes = knownRoutes();

  /** @internal */
  constructor(
    private readonly settings: RbacSettings,
    private readonly live: LiveRoleGraph,
    private readonly owners: OwnershipResolvers,
    private readonly events: AuthEvents,
  ) {
    super();
  }

  /** @throws AuthError `unauthenticated`, `access_denied` or `insufficient_scope` */
  protected override decide(context: ExecutionContext): boolean | Promise<boolean> {
    const route = this.routes.of(context);
    const { requirement } = route;
    if (isPublic(requirement)) return true;
    if (!isKnownTransport(context))
      throw this.denied(undefined, context, `'${context.getType<string>()}' calls are not understood`);
    const request = requestOf(context);
    const principal = principalIn(request);
    const asksForNothing = requirement.clauses.length === 0;
    if (asksForNothing && principal === undefined && requirement.authentication === 'optional') return true;
    if (asksForNothing && isExemptCall(requirement, context, request)) return true;
    if (principal === undefined) throw new AuthError('unauthenticated');
    if (asksForNothing) return this.applyDefault(requirement, principal, context);
    // One graph for the whole decision, resolver included.
    return this.judge(route.compiledFor(this.live.current), requirement, principal, context);
  }

  private applyDefault(
    { authentication }: RouteRequirement,
    principal: Principal,
    context: ExecutionContext,
  ): boolean {
    if (authentication !== undefined || this.settings.defaultPolicy === 'authenticated') return true;
    throw this.denied(
      principal,
      context,
      'the route says nothing about access and the default policy is deny',
    );
  }

  private judge(
    route: CompiledRoute,
    { owner }: RouteRequirement,
    principal: Principal,
    context: ExecutionContext,
  ): boolean | Promise<boolean> {
    const verdict = route.decide(principal);
    if (typeof verdict === 'object')
      throw this.reported(route.refusal(verdict, principal), principal, context);
    if (verdict === 'granted') return true;
    if (owner === undefined) throw this.denied(principal, context, 'no ownership resolver');
    return this.askOwner(owner, principal, context);
  }

  private askOwner(
    owner: Type<OwnershipResolver>,
    principal: Principal,
    context: ExecutionContext,
  ): boolean | Promise<boolean> {
    const settle = (owned: unknown): true => {
      if (owned === true) return true;
      throw this.denied(principal, context, `${owner.name} does not call it the caller's own`);
    };
    const fail = (cause: unknown): never => {
      throw this.denied(principal, context, `${owner.name} failed`, cause);
    };
    let answer: unknown;
    try {
      answer = this.owners.ask(owner, principal, context);
    } catch (error) {
      return fail(error);
    }
    return isThenable(answer) ? Promise.resolve(answer).then(settle, fail) : settle(answer);
  }

  private denied(
    principal: Principal | undefined,
    context: ExecutionContext,
    detail: string,
    cause?: unknown,
  ): AuthError {
    return this.reported(new AuthError('access_denied', { detail, cause }), principal, context);
  }

  private reported(error: AuthError, principal: Principal | undefined, context: ExecutionContext): AuthError {
    const { code, reason } = error;
    const told = { subject: principal?.subject, clientId: principal?.clientId, code, reason };
    // One request may hold thousands of calls, in GraphQL.
    const handler = `${context.getClass().name}.${context.getHandler().name}`;
    const quiet = { key: `${code} ${handler} ${principal?.subject}` };
    this.events.emitSeldom('access.denied', told, quiet, () => originOf(requestOf(context)));
    return error;
  }
}

function isPublic({ authentication, clauses }: RouteRequirement): boolean {
  return authentication === 'public' && clauses.length === 0;
}

/** Nobody has to be known there, so nobody who is known can be one too many. */
function isExemptCall(
  { authentication }: RouteRequirement,
  context: ExecutionContext,
  request: object | undefined,
): boolean {
  return authentication === undefined && context.getType() === 'http' && isExempt(request);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}
