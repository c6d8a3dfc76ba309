import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { markExempt } from '../context/exempt-call.js';
import { carrierOf, type PrincipalCarrier } from '../context/principal-accessor.js';
import { AuthError } from '../kernel/auth-error.js';
import { Clock } from '../kernel/clock.js';
import type { Principal } from '../kernel/principal.js';
import { TokenService } from '../tokens/token.service.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { bearerTokenOf, type CredentialRequest } from './credentials.js';
import { ExemptPaths } from './exempt-paths.js';
import { JwtStrategy } from './jwt.strategy.js';
import { type PassportCall, passportCall, requestOf } from './passport-call.js';
import { RoutePolicies, type RoutePolicy } from './route-policy.js';

/** `undefined`: nobody in particular. */
type Caller = Principal | undefined;

type AuthenticatedRequest = CredentialRequest &
  PrincipalCarrier & { readonly url?: string; readonly originalUrl?: string };

/**
 * Requires a valid, unrevoked access token on every route that isn't `@Public()` (or `@OptionalAuth()` and anonymous).
 * A token this process has seen needs no passport and no signature check, and no promise unless the revocation check
 * makes one; a new token goes through {@link JwtStrategy}.
 * @example
 * ```ts
 * { provide: APP_GUARD, useExisting: JwtAuthGuard } // AuthModule does this unless `registerGuards: false`
 * ```
 */
@Injectable()
export class JwtAuthGuard implements CanActivate {
  private readonly policies = new RoutePolicies();
  private readonly exempt: ExemptPaths;
  private readonly passport: PassportCall<Principal>;

  constructor(
    private readonly tokens: TokenService,
    private readonly clock: Clock,
    strategy: JwtStrategy,
    settings: AuthenticationSettings,
  ) {
    this.exempt = new ExemptPaths(settings.exemptPaths);
    this.passport = passportCall(strategy.name);
  }

  /** @throws AuthError `unauthenticated`, `invalid_token`, `invalid_request`, `fresh_auth_required`, `store_unavailable`; at once or by rejecting */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = this.policies.of(context);
    if (policy.authentication === 'public') return true;
    const carrier = carrierOf(context);
    // An unknown transport has no place for a principal: nothing to check means nobody passes.
    if (carrier === undefined) throw new AuthError('unauthenticated', { detail: 'unknown transport' });
    if (this.isExempt(context, carrier)) return true;
    const caller = this.authenticate(context);
    return isPending(caller)
      ? caller.then((principal) => this.admit(principal, policy, carrier))
      : this.admit(caller, policy, carrier);
  }

  private isExempt(context: ExecutionContext, carrier: PrincipalCarrier): boolean {
    if (context.getType() !== 'http') return false;
    const { originalUrl, url = '' } = carrier as AuthenticatedRequest;
    if (!this.exempt.includes(originalUrl ?? url)) return false;
    markExempt(carrier);
    return true;
  }

  private authenticate(context: ExecutionContext): Caller | Promise<Caller> {
    switch (context.getType<string>()) {
      case 'http':
      case 'graphql':
        return this.authenticateRequest(context);
      case 'ws':
        return this.authenticateHandshake(context.switchToWs().getClient<WebSocketClient>());
      default:
        return this.recheck(carrierOf(context)?.user);
    }
  }

  private authenticateRequest(context: ExecutionContext): Caller | Promise<Caller> {
    const token = bearerTokenOf(requestOf<AuthenticatedRequest>(context));
    if (token === undefined) return undefined;
    return this.tokens.verifyKnown(token) ?? this.passport(context).then(({ user }) => user);
  }

  /** A socket's token is checked again with every message, so that a revocation reaches open sockets as well. */
  private authenticateHandshake(client: WebSocketClient): Caller | Promise<Caller> {
    if (client.handshake === undefined) return this.recheck(client.user);
    const token = bearerTokenOf(client.handshake);
    return token === undefined ? undefined : this.tokens.verify(token);
  }

  /** Where no credentials travel along (plain `ws`, RPC) the host left a verified principal, or nobody is there. */
  private recheck(principal: Caller): Caller | Promise<Caller> {
    if (principal === undefined || principal === null) return undefined;
    // Asked this way round, something of the host's own that has no expiry is refused as well.
    if (!(this.clock.now() < principal.expiresAt))
      throw new AuthError('invalid_token', { detail: 'expired since, or not a principal' });
    return this.tokens.unlessRevoked(principal);
  }

  private admit(principal: Caller, policy: RoutePolicy, carrier: PrincipalCarrier): true {
    if (principal !== undefined) {
      this.requireFreshness(principal, policy);
      carrier.user = principal;
    } else if (policy.authentication === 'required') throw new AuthError('unauthenticated');
    return true;
  }

  private requireFreshness(principal: Principal, { maxAuthenticationAgeMs }: RoutePolicy): void {
    if (maxAuthenticationAgeMs === undefined) return;
    // `auth_time` is cut to whole seconds: measured to the millisecond, a login would look older than it is.
    const now = Math.floor(this.clock.now() / 1000) * 1000;
    const age = now - (principal.authenticatedAt ?? Number.NEGATIVE_INFINITY);
    if (age > maxAuthenticationAgeMs) {
      throw new AuthError('fresh_auth_required', {
        maxAgeSeconds: Math.floor(maxAuthenticationAgeMs / 1000),
      });
    }
  }
}

/** By its shape: a promise of another kind must not be taken for a principal. */
function isPending(caller: Caller | Promise<Caller>): caller is Promise<Caller> {
  return caller !== undefined && 'then' in caller;
}

interface WebSocketClient extends PrincipalCarrier {
  readonly handshake?: CredentialRequest;
}
