/** How clients may authenticate at our endpoints (RFC 7591 §2 `token_endpoint_auth_method`). */
export const CLIENT_AUTH_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const satisfies readonly ClientAuthMethod[];

/** The value of `grant_type` of a token exchange (RFC 8693 §2.1). */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** One of {@link CLIENT_AUTH_METHODS}. */
export type ClientAuthMethod = NonNullable<OAuthClient['authMethod']>;

/** An application that may ask for tokens (RFC 6749 §2). */
export interface OAuthClient {
  /** `client_id`; well-formed text without control characters. */
  readonly id: string;
  /** What people read on the consent page. @default `id` */
  readonly name?: string | undefined;
  /**
   * Hashes of its secrets, made by `createClientSecret()`; two while one is being replaced. A client with neither secrets nor
   * keys is public (RFC 6749 §2.1).
   */
  readonly secretHashes?: readonly string[] | undefined;
  /** Its public keys (RFC 7517 §5), to authenticate by an assertion that it signs (RFC 7523 §2.2). */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] } | undefined;
  /**
   * The one way in which it authenticates. Has to be said of a client with both secrets and keys.
   * @default by header or form with a secret, `private_key_jwt` with keys, `none` with neither
   */
  readonly authMethod?: 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none' | undefined;
  /** The values of `grant_type` that it may use. */
  readonly grants: readonly string[];
  /** Greatest scope it may have. */
  readonly scope: readonly string[];
  /** Where answers of the authorization endpoint may go; compared as exact text, the port of a loopback address excepted (RFC 8252 §7.3). */
  readonly redirectUris?: readonly string[] | undefined;
  /** Roles of its own tokens (client credentials); those of users come from the user. */
  readonly roles?: readonly string[] | undefined;
  /** Whether it belongs to whoever runs the authorization server: only such a client may ever see a password. @default false */
  readonly isFirstParty?: boolean | undefined;
  /** Whether it is a resource server that may ask about the access tokens of other clients (RFC 7662). @default false */
  readonly mayIntrospect?: boolean | undefined;
  /**
   * Whether it gets tokens that are bound to a key only, so that each of its requests for one needs a proof (RFC 9449 §5.2). Needs
   * the option `dpop`. @default false
   */
  readonly dpopBoundAccessTokens?: boolean | undefined;
  /** What it may exchange (RFC 8693) besides its own tokens, and for more than they are for. @default nothing */
  readonly tokenExchange?:
    | {
        /** Ids of the clients whose tokens it may exchange. */
        readonly subjectTokensOf?: readonly string[] | undefined;
        /** Ids of the clients whose tokens it may show as `actor_token`, so that whom they are about acts. */
        readonly actorTokensOf?: readonly string[] | undefined;
        /** Values of the option `audience` that it may ask for although the subject token isn't for them. */
        readonly audience?: readonly string[] | undefined;
      }
    | undefined;
  /** Lifetime of its access tokens in ms, at most `accessTokens.maxTtl`. @default `accessTokens.ttl` */
  readonly accessTokenTtlMs?: number | undefined;
}

/** Whether a client can keep a secret (RFC 6749 §2.1). */
export function isConfidential({ secretHashes = [], jwks }: OAuthClient): boolean {
  return secretHashes.length > 0 || jwks !== undefined;
}

/** In which ways a client may authenticate. */
export function methodsOf(client: OAuthClient): readonly ClientAuthMethod[] {
  if (client.authMethod !== undefined) return [client.authMethod];
  if (!isConfidential(client)) return ['none'];
  return client.jwks === undefined ? ['client_secret_basic', 'client_secret_post'] : ['private_key_jwt'];
}
