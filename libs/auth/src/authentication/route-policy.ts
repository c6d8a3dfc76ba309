import type { ExecutionContext } from '@nestjs/common';
import { classLayers, handlerLayers } from '../context/handler-metadata.js';
import type { RouteAuthentication } from '../context/route-authentication.decorators.js';
import { routeAuthentication } from '../context/route-layers.js';
import { FRESH_AUTH } from './require-fresh-auth.decorator.js';

/** What a handler asks of authentication. */
export interface RoutePolicy {
  readonly authentication: RouteAuthentication;
  /** Greatest age of the last login in milliseconds; `undefined` when any will do. */
  readonly maxAuthenticationAgeMs: number | undefined;
}

/** Reads the policy of each handler once; metadata never changes after the decorators have run. */
export class RoutePolicies {
  private readonly known = new WeakMap<object, WeakMap<object, RoutePolicy>>();

  of(context: ExecutionContext): RoutePolicy {
    const [type, handler] = [context.getClass(), context.getHandler()];
    return this.known.get(type)?.get(handler) ?? this.learn(type, handler);
  }

  // A handler alone doesn't tell: an inherited one is the same function in each subclass.
  private learn(type: object, handler: object): RoutePolicy {
    const ofType = this.known.get(type) ?? new WeakMap<object, RoutePolicy>();
    const policy = readPolicy(type, handler);
    this.known.set(type, ofType.set(handler, policy));
    return policy;
  }
}

function readPolicy(type: object, handler: object): RoutePolicy {
  const maxAuthenticationAgeMs = strictestAge(type, handler);
  return {
    // Who asks for a fresh login asks for a login.
    authentication:
      maxAuthenticationAgeMs === undefined ? (routeAuthentication(type, handler) ?? 'required') : 'required',
    maxAuthenticationAgeMs,
  };
}

/** A method can only narrow what its class asks for. */
function strictestAge(type: object, handler: object): number | undefined {
  const layers = [...handlerLayers(type, handler), ...classLayers(type)];
  const ages = layers.map((read) => read<number>(FRESH_AUTH)).filter((age) => age !== undefined);
  return ages.length === 0 ? undefined : Math.min(...ages);
}
