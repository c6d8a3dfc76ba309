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

type AuthenticatedRequest = CredentialRequest &
  PrincipalCarrier & { readonly url?: string; readonly originalUrl?: string };

/**
 * Requires a valid, unrevoked access token on every route that isn't `@Public()` (or `@OptionalAuth()` and anonymous).
 * A token this process has seen needs no passport and no signature check; a new one goes through {@link JwtStrategy}.
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

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const policy = this.policies.of(context);
    if (policy.authentication === 'public') return true;
    const carrier = carrierOf(context);
    // An unknown transport has no place for a principal: nothing to check means nobody passes.
    if (carrier === undefined) throw new AuthError('unauthenticated', { detail: 'unknown transport' });
    if (this.isExempt(context, carrier)) return true;
    const principal = await this.authenticate(context);
    this.admit(principal, policy);
    if (principal !== undefined) carrier.user = principal;
    return true;
  }

  private isExempt(context: ExecutionContext, carrier: PrincipalCarrier): boolean {
    if (context.getType() !== 'http') return false;
    const { originalUrl, url = '' } = carrier as AuthenticatedRequest;
    if (!this.exempt.includes(originalUrl ?? url)) return false;
    markExempt(carrier);
    return true;
  }

  private async authenticate(context: ExecutionContext): Promise<Principal | undefined> {
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

  private async authenticateRequest(context: ExecutionContext): Promise<Principal | undefined> {
    const token = bearerTokenOf(requestOf<AuthenticatedRequest>(context));
    if (token === undefined) return undefined;
    return this.tokens.verifyKnown(token) ?? (await this.passport(context)).user;
  }

  /** A socket's token is checked again with every message, so that a revocation reaches open sockets as well. */
  private async authenticateHandshake(client: WebSocketClient): Promise<Principal | undefined> {
    if (client.handshake === undefined) return this.recheck(client.user);
    const token = bearerTokenOf(client.handshake);
    return token === undefined ? undefined : this.tokens.verify(token);
  }

  /** Where no credentials travel along (plain `ws`, RPC) the host left a verified principal, or nobody is there. */
  private async recheck(principal: Principal | undefined): Promise<Principal | undefined> {
    if (principal === undefined) return undefined;
    if (this.clock.now() >= principal.expiresAt)
      throw new AuthError('invalid_token', { detail: 'expired since' });
    return this.tokens.unlessRevoked(principal);
  }

  private admit(
    principal: Principal | undefined,
    { authentication, maxAuthenticationAgeMs }: RoutePolicy,
  ): void {
    if (principal === undefined) {
      if (authentication === 'required') throw new AuthError('unauthenticated');
      return;
    }
    if (maxAuthenticationAgeMs === undefined) return;
    const age = this.clock.now() - (principal.authenticatedAt ?? Number.NEGATIVE_INFINITY);
    if (age > maxAuthenticationAgeMs) {
      throw new AuthError('fresh_auth_required', {
        maxAgeSeconds: Math.floor(maxAuthenticationAgeMs / 1000),
      });
    }
  }
}

interface WebSocketClient extends PrincipalCarrier {
  readonly handshake?: CredentialRequest;
}
