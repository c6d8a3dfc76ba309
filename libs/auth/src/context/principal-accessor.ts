import type { ExecutionContext } from '@nestjs/common';
import type { Principal } from '../kernel/principal.js';

/** The object of a call on which the principal is kept: the HTTP request, the socket's client, … */
export interface PrincipalCarrier {
  user?: Principal;
}

/** Finds the carrier in a context of one transport; `undefined` when there is none. */
export type CarrierOf = (context: ExecutionContext) => PrincipalCarrier | undefined;

const carriers = new Map<string, CarrierOf>([
  ['http', (context) => context.switchToHttp().getRequest<PrincipalCarrier>()],
  ['graphql', (context) => context.getArgByIndex<{ req?: PrincipalCarrier } | undefined>(2)?.req],
  ['ws', (context) => context.switchToWs().getClient<PrincipalCarrier>()],
  ['rpc', (context) => context.switchToRpc().getContext<PrincipalCarrier>()],
]);

/** The carrier of a call, or `undefined` for an unknown transport: guards deny what they don't understand. */
export function carrierOf(context: ExecutionContext): PrincipalCarrier | undefined {
  return carriers.get(context.getType<string>())?.(context) ?? undefined;
}

/** The authenticated principal of a call, if any. */
export function principalOf(context: ExecutionContext): Principal | undefined {
  return carrierOf(context)?.user;
}
