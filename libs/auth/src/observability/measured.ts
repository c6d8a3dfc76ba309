import type { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import type { GatehouseHealth } from '../health/gatehouse-health.service.js';
import type { AuthEvents } from '../kernel/auth-events.js';
import type { GuardedRedis } from '../redis/guarded-redis.js';
import type { RefreshTokenService } from '../sessions/refresh-token.service.js';
import type { WindowStores } from '../throttler/window-stores.js';
import type { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import type { TokenBlacklistStore } from '../token-blacklist/token-blacklist.store.js';
import type { AccessTokenCheck } from '../tokens/access-token-check.js';
import type { TokenService } from '../tokens/token.service.js';
import type { TokenEndpoint } from '../oauth2/token.endpoint.js';
import type { Failure } from './failure.js';

/**
 * What can be measured of one module. `nestjs-gatehouse/otel` finds it by {@link MEASURED}, and imports nothing of ours but types: whatever
 * it shared with the main entry would be one more file that every app loads.
 */
export interface Measured {
  windows(): Pick<WindowStores, 'requests' | 'credentials'>;
  /** Not where the module only limits. */
  auth?(): MeasuredAuth;
}

/** What `AuthModule` has besides limits. */
export interface MeasuredAuth {
  readonly events: AuthEvents;
  readonly tokens: TokenService;
  readonly check: AccessTokenCheck;
  readonly verifier: AccessTokenVerifier;
  readonly revocations: TokenBlacklistStore;
  readonly blacklist: TokenBlacklistService;
  readonly sessions: RefreshTokenService;
  readonly health: GatehouseHealth;
  /** `undefined`: stores are in memory. */
  readonly redis: GuardedRedis | undefined;
  /** `undefined` where clients have no endpoints. */
  readonly tokenEndpoint: TokenEndpoint | undefined;
  /** The grant that a request to the token endpoint asks for, if there is such a one: what clients send may be anything. */
  grantTypeOf(request: Parameters<TokenEndpoint['answer']>[0]): string | undefined;
  /** How long the key that signs has done so, in milliseconds; `undefined` for one that signs from the beginning. */
  keyAgeMs(): number | undefined;
  failureOf(error: unknown): Failure;
}
