import type { AccessTokensOptions } from '../access-tokens/access-tokens.options.js';
import type { ApiKeysOptions } from '../api-keys/api-keys.settings.js';
import type { AuthenticationOptions } from '../authentication/authentication.settings.js';
import type { DPoPOptions } from '../dpop/dpop.settings.js';
import type { EventsOptions } from '../events/events.settings.js';
import type { KeysOptions } from '../keys/keys.options.js';
import type { LegacyOptions } from '../legacy/legacy.settings.js';
import type { RbacOptions } from '../rbac/rbac.settings.js';
import type { RedisOptions } from '../redis/redis.options.js';
import type { SessionsOptions } from '../sessions/sessions.settings.js';
import type { ThrottlerModuleOptions } from '../throttler/throttler.options.js';
import type { TokenBlacklistOptions } from '../token-blacklist/token-blacklist.settings.js';

/**
 * What `AuthModule.forRoot()` takes, and what the factory of `forRootAsync()` returns. `issuer` and `audience` are
 * required; in production also `secret` and `redis`.
 */
export interface AuthModuleOptions {
  /**
   * What refresh tokens and managed signing keys are protected with, at least 256 random bits
   * (`npx gatehouse-keys secret`); the same on every instance. A list replaces one: the first writes, all verify and open.
   * @default outside production, one made once and kept in `.gatehouse/secret`
   */
  readonly secret?: string | Buffer | readonly (string | Buffer)[] | undefined;
  /** File(s) with such a secret each, as container platforms mount them. */
  readonly secretFile?: string | readonly string[] | undefined;
  /** `iss` of every token, compared byte for byte: the URL of this service, https wherever others read it (RFC 8414 §2). */
  readonly issuer: string;
  /** `aud` of every token; a verified token must name at least one of them. */
  readonly audience: string | readonly string[];
  /** Redis for sessions, revocations and limits; without it they are kept in memory and don't span processes. */
  readonly redis?: RedisOptions | undefined;
  /**
   * Must be `true` to run in production without Redis: revocations and limits then hold in one process only and are
   * forgotten at a restart. @default false
   */
  readonly dangerouslyUseMemoryStoresInProduction?: boolean;
  /** Signing and verification keys. @default RS256, managed: made, sealed, kept in Redis (or `.gatehouse/keys.json`), rotated */
  readonly keys?: KeysOptions;
  /** Access tokens: lifetime, tolerance, cache, host claims. */
  readonly accessTokens?: AccessTokensOptions;
  /** Sessions and refresh tokens: lifetimes, reuse window, caps. */
  readonly sessions?: SessionsOptions;
  /** How fast a revocation acts. */
  readonly tokenBlacklist?: TokenBlacklistOptions;
  /** The role graph and what routes without a decorator require. */
  readonly rbac?: RbacOptions;
  /** Rate limits; `false` switches those of requests off, budgets of failed logins stay. @default 100 requests in 60 s per address */
  readonly throttler?: ThrottlerModuleOptions | false;
  /** Login, exempt paths, refresh cookie. */
  readonly authentication?: AuthenticationOptions;
  /** Who is told of events besides those who inject `AuthEvents`, and from when on operators are alerted. */
  readonly events?: EventsOptions;
  /** Tokens that the app issued before it used this library: accepted until a date, so that nobody is logged out. */
  readonly legacy?: LegacyOptions;
  /** API keys beside access tokens; `true` for the defaults. @default false */
  readonly apiKeys?: ApiKeysOptions | boolean;
  /** Tokens that only the holder of a key can use (RFC 9449); `true` for the defaults. @default false */
  readonly dpop?: DPoPOptions | boolean;
  /** What challenges and problem documents say. */
  readonly problemDetails?: {
    /** `realm` of `WWW-Authenticate`. @default 'api' */
    readonly realm?: string;
    /** What `type` URIs start with. @default 'urn:gatehouse:problem:' */
    readonly typeBase?: string;
  };
  /**
   * Tells clients who issues tokens for this service (RFC 9728): metadata at the root, whose address each Bearer challenge names.
   * Also for a resource server behind another issuer. `true` for the defaults. @default false
   */
  readonly protectedResource?:
    | {
        /** The URL by which clients know this service, as they call it. @default the one `audience` that is such a URL */
        readonly resource?: string;
        /** Issuers whose tokens are accepted. @default `issuer`, with `oauth` or keys of another issuer */
        readonly authorizationServers?: readonly string[];
        /** Scope that clients may ask for; show what strangers may know. @default none is told */
        readonly scopesSupported?: readonly string[];
        /** What people read. @default none */
        readonly name?: string;
        /** A page for developers. @default none */
        readonly documentation?: string;
      }
    | boolean;
  /** Whether guessable secrets and memory stores are refused, and the secret has to be given. @default NODE_ENV === 'production' */
  readonly production?: boolean;
}
