import type { Duration } from '../kernel/duration.js';
import type { AccessTokenContent } from './access-token-content.js';

/** Claims of the host's own. */
type HostClaims = Readonly<Record<string, unknown>>;

/** Bounds of the verified-token cache. */
type AccessTokenCacheOptions = {
  /** @default 10000 */
  readonly maxEntries?: number;
  /** Bytes of token text and claims held, roughly. @default 33554432 (32 MiB) */
  readonly maxBytes?: number;
};

/** What to make of the tokens of another issuer, where they differ from RFC 9068. */
type ForeignTokensOptions = {
  /** Accepted header types beside `at+jwt`; `'none'` stands for a missing one. @default ['JWT'] */
  readonly types?: readonly string[];
  /** The claim that names the subject, such as Entra's `oid`. @default 'sub' */
  readonly subject?: string;
  /**
   * Where the role names of a token are: the name of a claim (`'cognito:groups'`), a JSON Pointer (RFC 6901,
   * `'/resource_access/my-api/roles'`), a list of those, or a function; when it throws, the token is refused.
   * @default the claim `roles`, or Keycloak's `/realm_access/roles`
   */
  readonly roles?:
    string | readonly string[] | ((claims: Readonly<Record<string, unknown>>) => readonly string[]);
  /**
   * Clients whose tokens are accepted (`client_id`, `azp`, `appid` or `cid`), and no other. A token without `aud` (Cognito's) is
   * accepted of these only. @default every client, and `aud` is required
   */
  readonly clientIds?: readonly string[];
  /**
   * Longest lifetime of a token that is accepted, from `iat` to `exp`; revocations are remembered for as long.
   * @default '24h'
   */
  readonly maxTtl?: Duration;
  /**
   * `aud` of the issuer's logout tokens: the client ids of this service there. See `endpoints.backChannelLogout`.
   * @default `clientIds`
   */
  readonly logoutAudience?: readonly string[];
};

/** How access tokens are made and judged. */
export interface AccessTokensOptions {
  /** Lifetime of a token. @default '15m' */
  readonly ttl?: Duration;
  /** Greatest lifetime a single content may ask for; revocations are remembered for as long. @default `ttl` */
  readonly maxTtl?: Duration;
  /** Difference of clocks that `exp`, `nbf` and `iat` allow for. @default '5s', or a tenth of `ttl` where that is shorter */
  readonly clockTolerance?: Duration;
  /** Longest token that is looked at, in bytes. @default 8192 */
  readonly maxBytes?: number;
  /** Tokens whose signature was checked are remembered; `false` checks each time. */
  readonly cache?: AccessTokenCacheOptions | false;
  /**
   * Adds claims of the host, as plain data: text, finite numbers, booleans, null, lists and plain objects; anything else fails
   * the login with an error that names the claim. It is asked before a session is opened or a refresh token used, so an
   * error costs nobody a session, and what is refused afterwards was asked for in vain; no answer in 3 s is 503. They replace
   * claims of the login (or of `UserAuthenticator.reload`) with the same name. Those the library sets itself are ignored, and
   * so are names that every object has (`constructor`, `toString`, …).
   */
  readonly claims?: (content: AccessTokenContent) => HostClaims | Promise<HostClaims>;
  /** The tokens are those of another issuer (Keycloak, Auth0, Entra; see `keys.remote`); nothing is issued here. */
  readonly foreign?: ForeignTokensOptions;
}
