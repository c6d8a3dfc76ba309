import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from '../kernel/principal.js';

/** The object of a call on which the principal is kept: the HTTP request, the socket's client, … */
export interface PrincipalCarrier {
  user?: Principal;
}

/** Finds the carrier in a context of one transport; `undefined` when there is none. */
export type CarrierOf = (context: ExecutionContext) => PrincipalCarrier | undefined;

interface GraphQLContext {
  readonly req?: PrincipalCarrier;
  readonly request?: PrincipalCarrier;
  /** Mercurius. */
  readonly reply?: { readonly request?: PrincipalCarrier };
  /** Subscriptions over graphql-ws: the upgrade request. */
  readonly extra?: { readonly request?: PrincipalCarrier };
}

// A context object itself is never a carrier: one literal may serve every request, and with it one caller's identity.
function graphqlCarrier(context: ExecutionContext): PrincipalCarrier | undefined {
  const found = context.getArgByIndex<GraphQLContext | undefined>(2);
  return found?.req ?? found?.request ?? found?.reply?.request ?? found?.extra?.request;
}

const carriers: ReadonlyMap<string, CarrierOf> = new Map<string, CarrierOf>([
  ['http', (context) => context.switchToHttp().getRequest<PrincipalCarrier>()],
  ['graphql', graphqlCarrier],
  ['ws', (context) => context.switchToWs().getClient<PrincipalCarrier>()],
  ['rpc', (context) => context.switchToRpc().getContext<PrincipalCarrier>()],
]);

/** Whether calls of this transport are understood; guards deny all others. */
export function isKnownTransport(context: ExecutionContext): boolean {
  return carriers.has(context.getType<string>());
}

/** The carrier of a call, or `undefined` for an unknown transport: guards deny what they don't understand. */
export function carrierOf(context: ExecutionContext): PrincipalCarrier | undefined {
  return carriers.get(context.getType<string>())?.(context) ?? undefined;
}

/** The authenticated principal of a call, if any. */
export function principalOf(context: ExecutionContext): Principal | undefined {
  return carrierOf(context)?.user;
}
