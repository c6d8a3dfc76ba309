import type { Duration } from '../../kernel/duration.js';
import type { AuthorizationInteraction } from '../../oauth2/authorization/authorization-interaction.js';
import type { ClientRegistry } from '../../oauth2/clients/client-registry.js';
import type { OAuthClient } from '../../oauth2/clients/oauth-client.js';
import type { Grant } from '../../oauth2/grants/grant.js';
import type { HostProvider } from '../host-provider.js';

/** OAuth 2 endpoints for clients. */
export interface OAuthOptions {
  /** The clients, or who knows them: a class (made inside the module) or any other Nest provider of a `ClientRegistry`. */
  readonly clients: readonly OAuthClient[] | HostProvider<ClientRegistry>;
  /** Further grants: classes (made inside the module) or any other Nest providers of a `Grant`. @default none */
  readonly grants?: readonly HostProvider<Grant>[];
  /**
   * Lets clients that are `isFirstParty` send the passwords of users (RFC 6749 §4.3). RFC 9700 §2.4 forbids that: a client that
   * sees passwords can lose them, and there is no second factor. For clients that are about to move. @default false
   */
  readonly dangerouslyAllowPasswordGrant?: boolean;
  /**
   * Where users are asked, which switches the authorization endpoint on: a class (made inside the module) or any other Nest provider of an
   * `AuthorizationInteraction`. @default none
   */
  readonly interaction?: HostProvider<AuthorizationInteraction>;
  /** Lets clients exchange access tokens for narrower ones to act with (RFC 8693): who may do what stands at each client. @default false */
  readonly tokenExchange?: boolean;
  /** Lets devices ask for tokens that their users agree to elsewhere (RFC 8628). @default devices don't */
  readonly deviceAuthorization?: {
    /** Path of your page on which people type what a device shows, from the root, such as '/device'. */
    readonly verificationUri: string;
    /** How long a device waits, at most '14m'. @default '10m' */
    readonly ttl?: Duration;
    /** How long its client waits between two questions. @default '5s' */
    readonly interval?: Duration;
  };
  /**
   * Accepts clients that nobody registered: their id is the https address of a document about them
   * (draft-ietf-oauth-client-id-metadata-document), which is fetched from the public internet. Never first-party; users only. @default none
   */
  readonly clientIdMetadataDocuments?: {
    /** Greatest scope of such a client. */
    readonly scope: readonly string[];
    /** Names of the hosts whose documents count: `'app.example.com'`. @default all public ones */
    readonly hosts?: readonly string[];
  };
  /**
   * Lets clients register themselves (RFC 7591): public ones, for users, never first-party. Nothing is stored: what a client says
   * is in its id. @default none
   */
  readonly registration?: {
    /** Greatest scope of such a client. */
    readonly scope: readonly string[];
    /** How long a registration is good for. @default 90 days */
    readonly ttl?: Duration;
  };
  /** Where the endpoints are, below the host's global prefix; `false` doesn't serve one. */
  readonly endpoints?: {
    /** @default 'oauth/token' */
    readonly token?: string | false;
    /** @default 'oauth/revoke' */
    readonly revoke?: string | false;
    /** @default 'oauth/introspect' */
    readonly introspect?: string | false;
    /** With `deviceAuthorization`. @default 'oauth/device_authorization' */
    readonly deviceAuthorization?: string | false;
    /** With `interaction`. @default 'oauth/authorize' */
    readonly authorize?: string | false;
    /** With `registration`. @default 'oauth/register' */
    readonly register?: string | false;
    /** Whether the metadata of RFC 8414 is served, in the folder `endpoints.wellKnown`. @default true */
    readonly metadata?: boolean;
  };
}
