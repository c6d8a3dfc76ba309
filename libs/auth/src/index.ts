export { AuthModule } from './auth.module.js';
export type { ModuleExtras } from './configuration/module-extras.js';
export type { AuthModuleExtras } from './module/auth-module-extras.js';
export type { HostProvider } from './module/host-provider.js';
export type { OAuthOptions } from './module/oauth/oauth-options.js';
export type { AuthModuleOptions } from './options/auth-module-options.js';

export type { ApiKey } from './api-keys/api-key.js';
export { ApiKeyService } from './api-keys/api-key.service.js';
export { ApiKeyStore } from './api-keys/api-key.store.js';
export type { ApiKeysOptions } from './api-keys/api-keys.settings.js';

export { CredentialScheme, type VerifiedCredential } from './authentication/credential-scheme.js';
export type { CredentialRequest } from './authentication/requests/credentials.js';
export { CurrentUser } from './authentication/current-user.decorator.js';
export { JwtAuthGuard } from './authentication/jwt-auth.guard.js';
export { JwtStrategy } from './authentication/jwt.strategy.js';
export { RefreshGuard } from './authentication/refresh.guard.js';
export { RefreshStrategy } from './authentication/refresh.strategy.js';
export {
  type AuthenticatedUser,
  type LoginContext,
  UserAuthenticator,
} from './authentication/user-authenticator.js';
export { RequireDPoP } from './context/require-dpop.decorator.js';
export { RequireFreshAuth } from './context/require-fresh-auth.decorator.js';
export { Authenticated, OptionalAuth, Public } from './context/route-authentication.decorators.js';
export { LoginService } from './http/login/login.service.js';
export type { TokenResponse } from './http/token-response.js';
export { SocketAuthenticator } from './sockets/socket-authenticator.service.js';

export { authConfig, authEnvironment } from './environment/auth-environment.js';

export { GatehouseHealth } from './health/gatehouse-health.service.js';
export type { HealthReport } from './health/health-report.js';

export { AuthError } from './kernel/auth-error.js';
export { type AuthEventMap, AuthEvents } from './kernel/auth-events.js';
export { Clock } from './kernel/clock.js';
export { AuthConfigurationError } from './kernel/configuration/configuration-error.js';
export type { Duration } from './kernel/duration.js';
export type { AuthErrorCode } from './kernel/error-catalogue.js';
export type { Principal } from './kernel/principal.js';

export {
  AuthorizationInteraction,
  type AuthorizationRequest,
} from './oauth2/authorization/authorization-interaction.js';
export { AuthorizationService } from './oauth2/authorization/authorization.service.js';
export { ClientRegistry } from './oauth2/clients/client-registry.js';
export { createClientSecret } from './oauth2/clients/client-secret.js';
export type { OAuthClient } from './oauth2/clients/oauth-client.js';
export { ClientLoginService } from './oauth2/grants/client-login.service.js';
export { DeviceAuthorizationService } from './oauth2/device/device-authorization.service.js';
export { Grant, type IssuedTokens } from './oauth2/grants/grant.js';
export type { OAuthRequest } from './oauth2/oauth-request.js';

export { RefusingGuard } from './problem-details/refusing.guard.js';
export { toProblemDetails } from './problem-details/to-problem-details.js';

export type { KeyRotation } from './keys/key-ring.js';
export {
  KeyNotReplacedError,
  type KeyRotationOutcome,
  type KeyRotationRequest,
  KeySource,
} from './keys/key-source.js';
export { Signer } from './keys/signer.js';
export {
  externalSigningKey,
  type KeySet,
  type SigningKey,
  type VerificationKey,
  verificationKey,
} from './keys/signing-key.js';
export type { SigningAlgorithm } from './jose/signing-algorithm.js';
export type { KeysOptions } from './keys/keys.options.js';
export { KeyRotationService } from './tokens/key-rotation.service.js';

export type { AccessTokenContent } from './access-tokens/access-token-content.js';
export type { AccessTokensOptions } from './access-tokens/access-tokens.options.js';
export type { AuthenticationOptions } from './authentication/authentication.settings.js';
export type { DPoPOptions } from './dpop/dpop.settings.js';
export type { LegacyOptions } from './legacy/legacy.settings.js';
export type { RbacOptions } from './rbac/rbac.settings.js';
export type { RedisConnection } from './redis/redis-connection.js';
export type { RedisOptions } from './redis/redis.options.js';
export type { SessionsOptions } from './sessions/sessions.settings.js';
export type { EventsOptions } from './events/events.settings.js';
export type { ThrottlerModuleOptions } from './throttler/throttler.options.js';
export type { TokenBlacklistOptions } from './token-blacklist/token-blacklist.settings.js';

export type { Session } from './sessions/session.js';
export { TokenBlacklistService } from './token-blacklist/token-blacklist.service.js';
export { SessionService } from './tokens/session.service.js';
export type { Login, TokenPair } from './tokens/token-pair.js';
export { TokenService } from './tokens/token.service.js';

export { AccessControl } from './rbac/access-control.service.js';
export type { AccessFeature } from './rbac/features/access-feature.js';
export { RouteAudit } from './rbac/audit/route-audit.service.js';
export { type AccessDefinition, defineAccess, type RoleDefinition } from './rbac/graph/access-definition.js';
export { AccessDefinitionError } from './rbac/graph/access-definition.error.js';
export type { AccessExplanation } from './rbac/graph/explanation.js';
export { RoleGraph } from './rbac/graph/role-graph.js';
export { LiveRoleGraph } from './rbac/live-role-graph.js';
// `export *`, so that `declare module 'nestjs-gatehouse' { interface Register … }` merges with the declaration itself.
export * from './rbac/register.js';
export { Permissions, Roles, Scopes } from './rbac/requirements/access.decorators.js';
export { Owner, OwnershipResolver } from './rbac/requirements/owner.decorator.js';
export { RoleSource } from './rbac/role-source.js';

export { CredentialThrottle } from './throttler/credentials/credential-throttle.service.js';
export { RateLimits } from './throttler/requests/rate-limits.service.js';
export { ThrottleCost } from './throttler/requests/throttle-cost.decorator.js';
