import type { ExecutionContext } from '@nestjs/common';
import {
  ROUTE_AUTHENTICATION,
  type RouteAuthentication,
} from '../context/route-authentication.decorators.js';
import { FRESH_AUTH } from './require-fresh-auth.decorator.js';

/** What a handler asks of authentication. */
export interface RoutePolicy {
  readonly authentication: RouteAuthentication;
  /** Greatest age of the last login in milliseconds; `undefined` when any will do. */
  readonly maxAuthenticationAgeMs: number | undefined;
}

type Target = object & { name?: string };

/** Reads the policy of each handler once; metadata never changes after the decorators have run. */
export class RoutePolicies {
  private readonly known = new WeakMap<Target, WeakMap<Target, RoutePolicy>>();

  of(context: ExecutionContext): RoutePolicy {
    const [type, handler] = [context.getClass(), context.getHandler()];
    const ofType = this.known.get(type) ?? new WeakMap<Target, RoutePolicy>();
    this.known.set(type, ofType);
    const policy = ofType.get(handler) ?? readPolicy(type, handler);
    ofType.set(handler, policy);
    return policy;
  }
}

function readPolicy(type: Target, handler: Target): RoutePolicy {
  const ages = [read<number>(FRESH_AUTH, handler), read<number>(FRESH_AUTH, type)].filter(
    (age) => age !== undefined,
  );
  return {
    authentication:
      read<RouteAuthentication>(ROUTE_AUTHENTICATION, handler) ??
      read<RouteAuthentication>(ROUTE_AUTHENTICATION, type) ??
      'required',
    // A method can only narrow what its class asks for.
    maxAuthenticationAgeMs: ages.length === 0 ? undefined : Math.min(...ages),
  };
}

function read<T>(key: symbol, target: Target): T | undefined {
  return Reflect.getMetadata(key, target) as T | undefined;
}
