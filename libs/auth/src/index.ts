export { AuthModule } from './auth.module.js';
export type { AuthModuleExtras, UserAuthenticatorProvider } from './module/auth-module-extras.js';
export type { AuthModuleOptions } from './options/auth-module-options.js';
export { AuthSettings } from './options/auth-settings.js';

export type {
  AuthenticationOptions,
  RefreshCookieOptions,
} from './authentication/authentication.settings.js';
export { CurrentUser } from './authentication/current-user.decorator.js';
export { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
export { JwtStrategy } from './authentication/jwt.strategy.js';
export { type RefreshedRequest, RefreshGuard } from './authentication/refresh.guard.js';
export { RefreshStrategy } from './authentication/refresh.strategy.js';
export { RequireFreshAuth } from './authentication/require-fresh-auth.decorator.js';
export { type AuthenticatedUser, UserAuthenticator } from './authentication/user-authenticator.js';
export { Authenticated, OptionalAuth, Public } from './context/route-authentication.decorators.js';

export type { EndpointPaths } from './http/endpoints.js';
export { type PrincipalResponse, toPrincipalResponse } from './http/principal-response.js';
export type { SessionResponse } from './http/session-response.js';
export type { TokenResponse } from './http/token-response.js';

export { AuthError, type AuthErrorOptions } from './kernel/auth-error.js';
export { type AuthEventMap, type AuthEventName, AuthEvents } from './kernel/auth-events.js';
export { Clock } from './kernel/clock.js';
export { AuthConfigurationError, type ConfigurationFinding } from './kernel/configuration-error.js';
export type { Duration } from './kernel/duration.js';
export { type AuthErrorCode, type ErrorCatalogueEntry, errorCatalogue } from './kernel/error-catalogue.js';
export type { Principal } from './kernel/principal.js';

export { AnyProblemDetailsFilter } from './problem-details/any-problem-details.filter.js';
export { ProblemDetailsFilter } from './problem-details/problem-details.filter.js';
export type { ProblemsOptions } from './problem-details/problem-details.settings.js';
export {
  type ProblemDetails,
  type ProblemDetailsContext,
  toProblemDetails,
} from './problem-details/to-problem-details.js';

export type { AccessTokenGrant, IssuedAccessToken } from './access-tokens/access-token-grant.js';
export { AccessTokenIssuer } from './access-tokens/access-token-issuer.js';
export { AccessTokenVerifier } from './access-tokens/access-token-verifier.js';
export type {
  AccessTokenCacheOptions,
  AccessTokensOptions,
  HostClaims,
} from './access-tokens/access-tokens.settings.js';
export type { ForeignTokensOptions } from './access-tokens/foreign-tokens.js';
export type { JsonWebKeySet } from './keys/json-web-key-set.js';
export type { KeyLife } from './keys/key-life.js';
export { type KeyRotation, KeyRing } from './keys/key-ring.js';
export { type KeyRotationOutcome, type KeyRotationRequest, KeySource } from './keys/key-source.js';
export type { ConfiguredKey, KeyRotationOptions, KeysOptions } from './keys/keys.settings.js';
export type { KeyInput } from './keys/material/key-material.js';
export type { SigningAlgorithm } from './keys/material/signing-algorithm.js';
export type { RemoteKeysOptions } from './keys/remote-keys.settings.js';
export { Signer } from './keys/signer.js';
export {
  externalSigningKey,
  type KeySet,
  type SigningKey,
  type VerificationKey,
  verificationKey,
} from './keys/signing-key.js';

export { AccessControl, type AccessSubject } from './rbac/access-control.service.js';
export { RouteAudit } from './rbac/audit/route-audit.service.js';
export { type AccessDefinition, defineAccess } from './rbac/graph/access-definition.js';
export { AccessDefinitionError, type AccessDefinitionProblem } from './rbac/graph/access-definition.error.js';
export type { AccessExplanation } from './rbac/graph/explanation.js';
export { RoleGraph } from './rbac/graph/role-graph.js';
export { LiveRoleGraph, type ReloadOutcome, type RoleGraphHealth } from './rbac/live-role-graph.js';
export { RbacGuard } from './rbac/rbac.guard.js';
export type { RbacOptions } from './rbac/rbac.settings.js';
// `export *`, so that `declare module 'nestjs-gatehouse' { interface Register … }` merges with the declaration itself.
export * from './rbac/register.js';
export { Permissions, Roles, Scopes } from './rbac/requirements/access.decorators.js';
export { Owner, OwnershipResolver } from './rbac/requirements/owner.decorator.js';
export { RoleGraphSignal, RoleSource } from './rbac/role-source.js';

export type { RedisConnection } from './redis/redis-connection.js';
export type { RedisOptions } from './redis/redis.settings.js';
export type {
  RefreshSessionsOptions,
  SessionProfileOptions,
} from './refresh-sessions/refresh-sessions.settings.js';
export { SessionService } from './refresh-sessions/session.service.js';
export type { Session, SessionDevice } from './refresh-sessions/session.js';
export { TokenBlacklistService } from './token-blacklist/token-blacklist.service.js';
export type { ReplicaStatistics } from './token-blacklist/replica/replicated-token-blacklist.store.js';
export type { TokenBlacklistOptions } from './token-blacklist/token-blacklist.settings.js';
export { KeyRotationService } from './tokens/key-rotation.service.js';
export type { Login, RefreshRequest, TokenGrant } from './tokens/token-grant.js';
export { TokenService } from './tokens/token.service.js';

export { type CredentialAttempt, CredentialThrottle } from './throttler/credential-throttle.service.js';
export type { CredentialThrottleOptions } from './throttler/credential-throttle.settings.js';
export {
  GatehouseThrottlerGuard,
  GatehouseUserThrottlerGuard,
} from './throttler/gatehouse-throttler.guard.js';
export { SlidingWindowThrottlerStorage } from './throttler/sliding-window-throttler.storage.js';
export { SlidingWindowStore } from './throttler/sliding-window/sliding-window.store.js';
export { ThrottleCost } from './throttler/throttle-cost.decorator.js';
export type { ThrottleOptions, ThrottlerOptions } from './throttler/throttler.settings.js';
