import { type ExecutionContext, Injectable } from '@nestjs/common';
import { requireHttpRequest, setPrincipal } from '../context/call.js';
import type { Principal } from '../kernel/principal.js';
import { RefusingGuard } from '../problem-details/refusing.guard.js';
import type { TokenPair } from '../tokens/token-pair.js';
import type { CredentialRequest } from './requests/credentials.js';
import { RefreshStrategy } from './refresh.strategy.js';

/** A request that {@link RefreshGuard} let through. */
export interface RefreshedRequest extends CredentialRequest {
  user: Principal;
  /** The fresh pair. */
  tokenPair: TokenPair;
}

/** Rotates the refresh token of the request by {@link RefreshStrategy}, and keeps the new pair on the request. */
@Injectable()
export class RefreshGuard extends RefusingGuard {
  /** @internal */
  constructor(private readonly strategy: RefreshStrategy) {
    super();
  }

  /** @throws AuthError `invalid_request`, `invalid_grant`, `invalid_scope`, `store_unavailable`; `unauthenticated` without a request */
  protected override async decide(context: ExecutionContext): Promise<boolean> {
    const request = requireHttpRequest<RefreshedRequest>(context);
    request.tokenPair = await this.strategy.rotate(request);
    setPrincipal(request, request.tokenPair.principal);
    return true;
  }
}
