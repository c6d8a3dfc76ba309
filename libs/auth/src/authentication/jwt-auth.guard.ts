import { type ExecutionContext, Inject, Injectable, Optional } from '@nestjs/common';
import { isVerified } from '../access-tokens/access-token-principal.js';
import { ENFORCES } from '../context/enforcement.js';
import { markExempt } from '../context/exempt-call.js';
import {
  forgetStranger,
  isUnjudged,
  PerRoute,
  principalBehind,
  type PrincipalRequest,
  requestOf,
  setNobody,
  setPrincipal,
} from '../context/call.js';
import { socketCallerOf } from '../context/socket-caller.js';
import { type RoutePolicy, routePolicy } from '../context/route-policy.js';
import { AuthError } from '../kernel/auth-error.js';
import { Clock } from '../kernel/clock.js';
import type { Principal } from '../kernel/principal.js';
import { RefusingGuard } from '../problem-details/refusing.guard.js';
import { AccessTokenCheck, boundKeyOf, type ForeseenToken } from '../tokens/access-token-check.js';
import { AuthenticationSettings } from './authentication.settings.js';
import { bearerTokenOf, type CredentialRequest, usualBearerOf } from './requests/credentials.js';
import { handshakeOf, handshakeTokenOf, type HandshakeSocket } from './requests/socket-credentials.js';
import { ExemptPaths } from './exempt-paths.js';
import { requireFreshAuth } from './fresh-auth.js';
import { JwtStrategy, type StrategyCall, strategyCall } from './jwt.strategy.js';
import { CredentialChain } from './schemes/credential-chain.js';

/** `undefined`: nobody in particular. */
type Caller = Principal | undefined;

/** `handshake`: of socket.io only. */
type SocketClient = PrincipalRequest & Partial<HandshakeSocket>;

type AuthenticatedRequest = CredentialRequest &
  PrincipalRequest & { readonly url?: string; readonly originalUrl?: string };

/**
 * Requires a valid, unrevoked access token on every route that isn't `@Public()` (or `@OptionalAuth()` and anonymous).
 * A token that this process has verified before needs no signature check. A new one is judged by {@link JwtStrategy}, by way of
 * passport where a host has replaced it. The guard answers synchronously unless something has to be waited for.
 * @example
 * ```ts
 * { provide: APP_GUARD, useExisting: JwtAuthGuard } // AuthModule does this unless `registerGuards: false`
 * ```
 */
@Injectable()
export class JwtAuthGuard extends RefusingGuard {
  static readonly [ENFORCES] = 'authentication';

  // No parameter of the constructor: most apps have access tokens only.
  @Optional()
  @Inject(CredentialChain)
  private readonly chain: CredentialChain | undefined;
  private readonly policies = new PerRoute(routePolicy);
  private readonly exempt: ExemptPaths | undefined;
  private readonly askStrategy: StrategyCall;

  /** @internal */
  constructor(
    private readonly tokens: AccessTokenCheck,
    private readonly clock: Clock,
    strategy: JwtStrategy,
    settings: AuthenticationSettings,
  ) {
    super();
    const { exemptPaths } = settings;
    this.exempt = exemptPaths.length === 0 ? undefined : new ExemptPaths(exemptPaths);
    this.askStrategy = strategyCall(strategy);
  }

  /**
   * @throws AuthError `unauthenticated`, `invalid_token`, `invalid_request`, `invalid_dpop_proof`, `use_dpop_nonce`, `fresh_auth_required`, `cross_site_request`,
   * `store_unavailable`; at once or by rejecting
   */
  protected override decide(context: ExecutionContext): boolean | Promise<boolean> {
    const policy = this.policies.of(context);
    const request = requestOf(context);
    if (policy.authentication === 'public') return passAnybody(request);
    // An unknown transport has no request to check, so nobody passes.
    if (request === undefined) throw new AuthError('unauthenticated', { detail: 'unknown transport' });
    const isRequired = policy.authentication === 'required' && !this.isExempt(context, policy, request);
    const caller = this.authenticate(context, request, isRequired);
    const settle = (principal: Caller): true => {
      if (principal === undefined && isRequired) throw new AuthError('unauthenticated');
      return this.admit(principal, policy, request);
    };
    return isPending(caller) ? caller.then(settle) : settle(caller);
  }

  /**
   * Who calls, before anything is waited for: the token that is known here, where a request shows that and no other credential, or nobody,
   * where nobody is looked for. `undefined` where more has to be decided.
   * @internal
   */
  foresee(context: ExecutionContext): ForeseenToken | 'nobody' | undefined {
    const request = requestOf(context) as AuthenticatedRequest | undefined;
    if (request === undefined || !isHttp(context, request)) return undefined;
    const { authentication, freshAuth, requiresDPoP } = this.policies.of(context);
    if (authentication === 'public') return isUnjudged(request) ? 'nobody' : undefined;
    if (freshAuth !== undefined || requiresDPoP) return undefined;
    try {
      const token = usualBearerOf(request);
      const known = token === undefined ? undefined : this.tokens.foresee(token);
      // Schemes of the host are asked for known tokens only, so that a flood doesn't reach them before its limit.
      if (token === undefined || known === undefined || this.chain === undefined) return known;
      return this.chain.shows(request, token, context.getType()) ? undefined : known;
    } catch {
      // Refused in its turn: what comes before may refuse as well.
      return undefined;
    }
  }

  /** Whether the caller that was foreseen may still call; asks the store. @throws AuthError `invalid_token`, `store_unavailable` @internal */
  recheck({ principal }: ForeseenToken): Principal | Promise<Principal> {
    return this.tokens.unlessRevoked(principal);
  }

  /** The caller that was foreseen, once the store has said whether its token is revoked. @throws AuthError `invalid_token` @internal */
  settle({ principal }: ForeseenToken, isRevoked: boolean): Principal {
    return this.tokens.settleForeseen(principal, isRevoked);
  }

  /** Lets a call that was foreseen pass. @param principal nobody on a public route @internal */
  conclude(context: ExecutionContext, principal: Principal | undefined): true {
    if (principal === undefined) return passAnybody(requestOf(context));
    const policy = this.policies.of(context);
    const request = requestOf(context)!;
    this.isExempt(context, policy, request);
    forgetStranger(request);
    return this.admit(principal, policy, request);
  }

  /** By its path, on routes that no decorator speaks for; a token that is sent all the same has to be good. */
  private isExempt(
    context: ExecutionContext,
    { isExemptible }: RoutePolicy,
    request: PrincipalRequest,
  ): boolean {
    if (this.exempt === undefined || !isExemptible || context.getType() !== 'http') return false;
    const { originalUrl, url = '' } = request as AuthenticatedRequest;
    if (!this.exempt.includes(originalUrl ?? url)) return false;
    markExempt(request);
    return true;
  }

  private authenticate(
    context: ExecutionContext,
    request: PrincipalRequest,
    isRequired: boolean,
  ): Caller | Promise<Caller> {
    switch (context.getType<string>()) {
      case 'http':
        return this.authenticateRequest(context, request as AuthenticatedRequest, isRequired);
      case 'graphql':
        // Over graphql-ws it was decided when the connection was made.
        return (
          this.recheckSocket(request) ??
          this.authenticateRequest(context, request as AuthenticatedRequest, isRequired)
        );
      case 'ws':
        return this.recheckSocket(request) ?? this.authenticateSocket(request, isRequired);
      default:
        return this.recheckUser(request);
    }
  }

  private authenticateRequest(
    context: ExecutionContext,
    request: AuthenticatedRequest,
    isRequired: boolean,
  ): Caller | Promise<Caller> {
    forgetStranger(request);
    const token = bearerTokenOf(request);
    const other = this.chain?.authenticate(request, { token, transport: context.getType(), isRequired });
    if (other !== undefined) return other.caller;
    if (token === undefined) return undefined;
    return this.tokens.verifyKnown(token) ?? this.askStrategy(context, token);
  }

  /** A socket's credential is checked again with every message, so that a revocation also stops connections that exist already. */
  private authenticateSocket(client: SocketClient, isRequired: boolean): Caller | Promise<Caller> {
    const { handshake, request } = client;
    if (handshake === undefined) return this.recheckUser(client);
    forgetStranger(client);
    const token = handshakeTokenOf(handshake, request);
    const shown = handshakeOf({ handshake, request });
    const other = this.chain?.authenticate(shown, { token, transport: 'ws', isRequired });
    if (other !== undefined) return other.caller;
    return token === undefined ? undefined : this.tokens.verify(token);
  }

  private recheckSocket(carrier: object): Caller | Promise<Caller> {
    return socketCallerOf(carrier)?.();
  }

  /** Where no credentials travel along (plain `ws`, RPC) the host left a verified principal, or nobody is there. */
  private recheckUser(request: PrincipalRequest): Caller | Promise<Caller> {
    const left = principalBehind(request);
    if (left === undefined || left === null) return undefined;
    if (!isVerified(left))
      throw new AuthError('invalid_token', {
        detail: 'the user that was left there is no verified principal',
      });
    if (this.clock.now() >= left.expiresAt) throw new AuthError('invalid_token', { detail: 'expired since' });
    return this.tokens.unlessRevoked(left);
  }

  private admit(principal: Caller, policy: RoutePolicy, request: PrincipalRequest): true {
    if (principal === undefined) return passAnybody(request);
    if (policy.requiresDPoP && boundKeyOf(principal) === undefined)
      throw new AuthError('invalid_token', {
        detail: 'the route takes tokens that are bound to a key',
        scheme: 'DPoP',
      });
    if (policy.freshAuth !== undefined) requireFreshAuth(principal, policy.freshAuth, this.clock.now());
    setPrincipal(request, principal);
    return true;
  }
}

/** Whether credentials come with each call: over graphql-ws they came when the connection was made. */
function isHttp(context: ExecutionContext, request: AuthenticatedRequest): boolean {
  const type = context.getType<string>();
  return type === 'http' || (type === 'graphql' && socketCallerOf(request) === undefined);
}

/** By its shape: a promise of another kind must not be taken for a principal. */
function isPending(caller: Caller | Promise<Caller>): caller is Promise<Caller> {
  return caller !== undefined && 'then' in caller;
}

/** A request of a client that shows nothing, or that nobody looks at: who left a user there hasn't verified it. */
function passAnybody(request: PrincipalRequest | undefined): true {
  if (request !== undefined) setNobody(request);
  return true;
}
