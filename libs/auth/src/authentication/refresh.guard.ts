import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import type { Principal } from '../kernel/principal.js';
import type { TokenGrant } from '../tokens/token-grant.js';
import { type PassportCall, passportCall, requestOf } from './passport-call.js';
import { RefreshStrategy } from './refresh.strategy.js';

/** A request that {@link RefreshGuard} let through. */
export interface RefreshedRequest {
  user: Principal;
  /** The fresh pair. */
  tokenGrant: TokenGrant;
}

/** Rotates the refresh token of the request through {@link RefreshStrategy}. */
@Injectable()
export class RefreshGuard implements CanActivate {
  private readonly passport: PassportCall<Principal, TokenGrant>;

  constructor(strategy: RefreshStrategy) {
    this.passport = passportCall(strategy.name);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user, info } = await this.passport(context);
    if (user === undefined || info === undefined) throw new AuthError('invalid_grant');
    const request = requestOf<RefreshedRequest>(context);
    request.user = user;
    request.tokenGrant = info;
    return true;
  }
}
