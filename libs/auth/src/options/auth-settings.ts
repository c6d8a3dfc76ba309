import type { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import type { AuthenticationSettings } from '../authentication/authentication.settings.js';
import type { KeysSettings } from '../keys/keys.settings.js';
import type { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import type { RbacSettings } from '../rbac/rbac.settings.js';
import type { RedisSettings } from '../redis/redis.settings.js';
import type { RefreshSessionsSettings } from '../refresh-sessions/refresh-sessions.settings.js';
import type { ThrottlerSettings } from '../throttler/throttler.settings.js';
import type { TokenBlacklistSettings } from '../token-blacklist/token-blacklist.settings.js';

/** The options, resolved: complete, in milliseconds, frozen. Each capability is given its own slice. */
export abstract class AuthSettings {
  abstract readonly production: boolean;
  /** `undefined`: the memory stores. */
  abstract readonly redis: RedisSettings | undefined;
  abstract readonly keys: KeysSettings;
  abstract readonly accessTokens: AccessTokensSettings;
  abstract readonly sessions: RefreshSessionsSettings;
  abstract readonly revocation: TokenBlacklistSettings;
  abstract readonly access: RbacSettings;
  abstract readonly throttle: ThrottlerSettings;
  abstract readonly authentication: AuthenticationSettings;
  abstract readonly problems: ProblemDetailsSettings;
}
