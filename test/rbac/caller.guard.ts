import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Principal } from 'nestjs-gatehouse';

/** What a test's call says about its caller. */
export interface Caller {
  readonly subject: string;
  readonly roles: readonly string[];
  readonly scope?: readonly string[];
}

/** A principal of a caller. */
export function principalFor({ subject, roles, scope }: Caller): Principal {
  return {
    subject,
    roles,
    scope,
    clientId: 'tests',
    sessionId: undefined,
    tokenId: 'tests',
    epoch: 0,
    authenticatedAt: undefined,
    amr: undefined,
    acr: undefined,
    sessionData: undefined,
    issuedAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
    claims: {},
  };
}

interface Carrier {
  headers?: Record<string, string | undefined>;
  user?: Principal;
}

/** Stands in for the host's own authentication: believes the `caller` header of HTTP and GraphQL requests. */
@Injectable()
export class CallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request =
      context.getType<string>() === 'graphql'
        ? context.getArgByIndex<{ req?: Carrier }>(2).req
        : context.switchToHttp().getRequest<Carrier>();
    const text = request?.headers?.['caller'];
    if (request !== undefined && text !== undefined) request.user = principalFor(JSON.parse(text) as Caller);
    return true;
  }
}
