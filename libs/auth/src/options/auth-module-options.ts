import type { AccessTokensOptions } from '../access-tokens/access-tokens.settings.js';
import type { AuthenticationOptions } from '../authentication/authentication.settings.js';
import type { KeysOptions } from '../keys/keys.settings.js';
import type { ProblemsOptions } from '../problem-details/problem-details.settings.js';
import type { RbacOptions } from '../rbac/rbac.settings.js';
import type { RedisOptions } from '../redis/redis.settings.js';
import type { RefreshSessionsOptions } from '../refresh-sessions/refresh-sessions.settings.js';
import type { ThrottleOptions } from '../throttler/throttler.settings.js';
import type { TokenBlacklistOptions } from '../token-blacklist/token-blacklist.settings.js';

/** What `AuthModule.forRoot()` takes, and what the factory of `forRootAsync()` returns. Only `issuer` and `audience` are required. */
export interface AuthModuleOptions {
  /** `iss` of every token, compared byte for byte: the URL of this service, https wherever others read it (RFC 8414 §2). */
  readonly issuer: string;
  /** `aud` of every token; a verified token must name at least one of them. */
  readonly audience: string | readonly string[];
  /** Redis for sessions, revocations and limits; without it they are kept in memory and don't span processes. */
  readonly redis?: RedisOptions;
  /**
   * Must be `true` to run in production without Redis: revocations and limits then hold in one process only and are
   * forgotten at a restart. @default false
   */
  readonly dangerouslyUseMemoryStoresInProduction?: boolean;
  /** Signing and verification keys. @default RS256, generated into `.gatehouse/keys.json` outside production */
  readonly keys?: KeysOptions;
  /** Access tokens: life, tolerance, cache, host claims. */
  readonly accessTokens?: AccessTokensOptions;
  /** Sessions and refresh tokens: lives, reuse window, caps, MAC secrets. */
  readonly sessions?: RefreshSessionsOptions;
  /** How fast a revocation acts. */
  readonly revocation?: TokenBlacklistOptions;
  /** The role graph and what routes without a decorator require. */
  readonly access?: RbacOptions;
  /** Rate limits; `false` switches those of requests off, budgets of failed logins stay. @default 100 requests in 60 s per address */
  readonly throttle?: ThrottleOptions | false;
  /** Login, exempt paths, refresh cookie. */
  readonly authentication?: AuthenticationOptions;
  /** What challenges and problem documents say. */
  readonly problems?: ProblemsOptions;
  /** Whether weak or ephemeral keys and memory stores are refused. @default NODE_ENV === 'production' */
  readonly production?: boolean;
}
