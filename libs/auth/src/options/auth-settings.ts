import type { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import type { ApiKeysSettings } from '../api-keys/api-keys.settings.js';
import type { AuthenticationSettings } from '../authentication/authentication.settings.js';
import type { DPoPSettings } from '../dpop/dpop.settings.js';
import type { EventsSettings } from '../events/events.settings.js';
import type { ProtectedResourceSettings } from '../http/well-known/protected-resource.settings.js';
import type { KeysSettings } from '../keys/keys.settings.js';
import type { LegacySettings } from '../legacy/legacy.settings.js';
import type { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import type { RbacSettings } from '../rbac/rbac.settings.js';
import type { RedisSettings } from '../redis/redis.settings.js';
import type { SecretPlan } from '../secret/secret-plan.js';
import type { SessionsSettings } from '../sessions/sessions.settings.js';
import type { ThrottlerSettings } from '../throttler/throttler.settings.js';
import type { TokenBlacklistSettings } from '../token-blacklist/token-blacklist.settings.js';

/** The options, resolved: complete, in milliseconds, frozen. Each capability is given its own slice. */
export abstract class AuthSettings {
  abstract readonly production: boolean;
  abstract readonly secret: SecretPlan;
  /** `undefined`: the memory stores. */
  abstract readonly redis: RedisSettings | undefined;
  abstract readonly keys: KeysSettings;
  abstract readonly accessTokens: AccessTokensSettings;
  abstract readonly sessions: SessionsSettings;
  abstract readonly tokenBlacklist: TokenBlacklistSettings;
  abstract readonly rbac: RbacSettings;
  abstract readonly throttler: ThrottlerSettings;
  abstract readonly authentication: AuthenticationSettings;
  abstract readonly events: EventsSettings;
  /** `undefined`: there are no legacy tokens. */
  abstract readonly legacy: LegacySettings | undefined;
  abstract readonly apiKeys: ApiKeysSettings;
  abstract readonly dpop: DPoPSettings;
  abstract readonly problemDetails: ProblemDetailsSettings;
  /** `undefined`: strangers are told nothing. */
  abstract readonly protectedResource: ProtectedResourceSettings | undefined;
}
