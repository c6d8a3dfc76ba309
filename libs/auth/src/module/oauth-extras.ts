import type { OAuthPaths } from '../http/oauth2/oauth-controllers.js';
import type { OptionReader } from '../kernel/configuration/option-reader.js';
import type { ClientRegistry } from '../oauth2/clients/client-registry.js';
import type { AuthorizationInteraction } from '../oauth2/authorization/authorization-interaction.js';
import type { OAuthClient } from '../oauth2/clients/oauth-client.js';
import { readClient } from '../oauth2/clients/read-client.js';
import type { Grant } from '../oauth2/grants/grant.js';
import { checkHostProvider, type HostPort, type HostProvider } from './host-provider.js';

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
  /** Where the endpoints are, below the host's global prefix; `false` doesn't serve one. */
  readonly endpoints?: {
    /** @default 'oauth/token' */
    readonly token?: string | false;
    /** @default 'oauth/revoke' */
    readonly revoke?: string | false;
    /** @default 'oauth/introspect' */
    readonly introspect?: string | false;
    /** With `interaction`. @default 'oauth/authorize' */
    readonly authorize?: string | false;
    /** Whether the metadata of RFC 8414 is served, in the folder `endpoints.wellKnown`. @default true */
    readonly metadata?: boolean;
  };
}

/** Resolved {@link OAuthOptions}. */
export interface OAuthShape {
  readonly clients: readonly OAuthClient[] | HostProvider<ClientRegistry>;
  readonly grants: readonly HostProvider<Grant>[];
  readonly allowsPasswordGrant: boolean;
  readonly interaction: HostProvider<AuthorizationInteraction> | undefined;
  readonly endpoints: OAuthPaths & { readonly metadata: boolean };
}

const REGISTRY: HostPort = { methods: ['find'], expected: 'find(), see ClientRegistry' };
const GRANT: HostPort = { methods: ['issue'], expected: 'issue(), see Grant' };
const INTERACTION: HostPort = { methods: ['begin'], expected: 'begin(), see AuthorizationInteraction' };
const PATH = { pattern: /^(?=.*[^/])[^\s?#]+$/, expected: "a path such as 'oauth/token', or false" };

/** Resolves the OAuth options; each mistake becomes a finding. */
export function readOAuth(read: OptionReader<OAuthOptions>): OAuthShape {
  read.require('clients', 'a list of clients, or a class that extends ClientRegistry');
  const grants = read.list('grants', (entry, path) => {
    checkHostProvider(entry, path, read.findings, GRANT);
    return entry as HostProvider<Grant>;
  });
  const allowsPasswordGrant = read.flag('dangerouslyAllowPasswordGrant', false);
  const interaction = readInteraction(read);
  return {
    clients: readClients(read, allowsPasswordGrant),
    grants: grants ?? [],
    allowsPasswordGrant,
    interaction,
    endpoints: read.group('endpoints', (paths: PathReader) => readPaths(paths, interaction !== undefined)),
  };
}

function readInteraction(read: OptionReader<OAuthOptions>): OAuthShape['interaction'] {
  const given = read.raw('interaction');
  if (given !== undefined) checkHostProvider(given, read.pathOf('interaction'), read.findings, INTERACTION);
  return given as OAuthShape['interaction'];
}

function readClients(read: OptionReader<OAuthOptions>, allowsPasswordGrant: boolean): OAuthShape['clients'] {
  const given = read.raw('clients');
  if (Array.isArray(given)) return readList(read, allowsPasswordGrant);
  if (given === undefined) return [];
  checkHostProvider(given, read.pathOf('clients'), read.findings, REGISTRY);
  return given as HostProvider<ClientRegistry>;
}

function readList(read: OptionReader<OAuthOptions>, allowsPasswordGrant: boolean): readonly OAuthClient[] {
  const ids = new Set<string>();
  const clients = read.list('clients', (entry, path) => {
    const client = readClient(entry, path, read.findings);
    if (client.id !== '' && ids.has(client.id)) read.findings.add(`${path}.id`, 'another client has it');
    ids.add(client.id);
    const fault = passwordGrantFault(client, allowsPasswordGrant);
    if (fault !== undefined) read.findings.add(`${path}.grants`, fault);
    return client;
  });
  return clients ?? [];
}

function passwordGrantFault({ grants, isFirstParty }: OAuthClient, isAllowed: boolean): string | undefined {
  if (!grants.includes('password')) return undefined;
  if (!isAllowed) return 'password needs oauth.dangerouslyAllowPasswordGrant: true';
  return isFirstParty === true ? undefined : 'password is for clients that are isFirstParty';
}

type PathReader = OptionReader<NonNullable<OAuthOptions['endpoints']>>;

function readPaths(read: PathReader, canAsk: boolean): OAuthShape['endpoints'] {
  const path = (name: keyof OAuthPaths): string | false =>
    read.raw(name) === false ? false : read.text(name, `oauth/${name}`, PATH);
  const authorize = path('authorize');
  if (!canAsk && read.has('authorize') && authorize !== false)
    read.refuse('authorize', 'needs oauth.interaction: somebody has to ask the users');
  const paths = {
    token: path('token'),
    revoke: path('revoke'),
    introspect: path('introspect'),
    authorize: canAsk && authorize,
  };
  for (const [at, [name, each]] of Object.entries(paths).entries()) {
    const earlier = Object.entries(paths).slice(0, at);
    const other = earlier.find(([, taken]) => each !== false && taken === each)?.[0];
    if (other !== undefined) read.refuse(name as keyof OAuthPaths, `is the path of ${other} already`);
  }
  return { ...paths, metadata: read.flag('metadata', true) };
}
