import type { OAuthPaths } from '../../http/oauth2/oauth-controllers.js';
import type { OptionReader } from '../../kernel/configuration/option-reader.js';
import type { DocumentClientsSettings } from '../../oauth2/client-documents/document-clients.js';
import type { RegistrationSettings } from '../../oauth2/client-registration/registration.settings.js';
import type { ClientRegistry } from '../../oauth2/clients/client-registry.js';
import type { AuthorizationInteraction } from '../../oauth2/authorization/authorization-interaction.js';
import { type OAuthClient, TOKEN_EXCHANGE } from '../../oauth2/clients/oauth-client.js';
import { DEVICE_CODE } from '../../oauth2/device/device-authorization.settings.js';
import { readClient } from '../../oauth2/clients/read-client.js';
import type { Grant } from '../../oauth2/grants/grant.js';
import { checkHostProvider, type HostPort, type HostProvider } from '../host-provider.js';
import type { OAuthOptions } from './oauth-options.js';
import { readPaths } from './oauth-paths.js';
import { readDocuments, readRegistration } from './open-clients.js';

/** Resolved {@link OAuthOptions}. */
export interface OAuthShape {
  readonly clients: readonly OAuthClient[] | HostProvider<ClientRegistry>;
  readonly grants: readonly HostProvider<Grant>[];
  readonly allowsPasswordGrant: boolean;
  readonly interaction: HostProvider<AuthorizationInteraction> | undefined;
  readonly exchangesTokens: boolean;
  readonly device: DeviceShape | undefined;
  /** `undefined`: only registered clients. */
  readonly clientDocuments: DocumentClientsSettings | undefined;
  /** `undefined`: clients don't register themselves. */
  readonly registration: RegistrationSettings | undefined;
  readonly endpoints: OAuthPaths & { readonly metadata: boolean };
}

/** Resolved `oauth.deviceAuthorization`. */
export interface DeviceShape {
  readonly path: string;
  readonly ttlMs: number;
  readonly intervalMs: number;
}

/** The grants of ours that are off unless they are asked for. */
type Switches = Pick<OAuthShape, 'allowsPasswordGrant' | 'exchangesTokens' | 'device' | 'grants'>;

const REGISTRY: HostPort = { methods: ['find'], expected: 'find(), see ClientRegistry' };
const GRANT: HostPort = { methods: ['issue'], expected: 'issue(), see Grant' };
const INTERACTION: HostPort = { methods: ['begin'], expected: 'begin(), see AuthorizationInteraction' };
const MINUTE_MS = 60_000;
const PAGE = { pattern: /^\/(?!\/)[^\s?#\\]*$/, expected: "a path from the root, such as '/device'" };

/** Resolves the OAuth options; each mistake becomes a finding. */
export function readOAuth(read: OptionReader<OAuthOptions>): OAuthShape {
  read.require('clients', 'a list of clients, or a class that extends ClientRegistry');
  const grants = read.list('grants', (entry, path) => {
    checkHostProvider(entry, path, read.findings, GRANT);
    return entry as HostProvider<Grant>;
  });
  const switches = {
    allowsPasswordGrant: read.flag('dangerouslyAllowPasswordGrant', false),
    exchangesTokens: read.flag('tokenExchange', false),
    device: read.has('deviceAuthorization') ? read.group('deviceAuthorization', readDevice) : undefined,
    grants: grants ?? [],
  };
  const interaction = readInteraction(read);
  return {
    clients: readClients(read, switches),
    ...switches,
    interaction,
    clientDocuments: read.has('clientIdMetadataDocuments')
      ? read.group('clientIdMetadataDocuments', readDocuments)
      : undefined,
    registration: read.has('registration') ? read.group('registration', readRegistration) : undefined,
    endpoints: read.group('endpoints', (paths: OptionReader<NonNullable<OAuthOptions['endpoints']>>) =>
      readPaths(paths, {
        canAsk: interaction !== undefined,
        canRegister: read.has('registration'),
        letsDevicesIn: switches.device !== undefined,
      }),
    ),
  };
}

function readInteraction(read: OptionReader<OAuthOptions>): OAuthShape['interaction'] {
  const given = read.raw('interaction');
  if (given !== undefined) checkHostProvider(given, read.pathOf('interaction'), read.findings, INTERACTION);
  return given as OAuthShape['interaction'];
}

function readClients(read: OptionReader<OAuthOptions>, switches: Switches): OAuthShape['clients'] {
  const given = read.raw('clients');
  if (Array.isArray(given)) return readList(read, switches);
  if (given === undefined) return [];
  checkHostProvider(given, read.pathOf('clients'), read.findings, REGISTRY);
  return given as HostProvider<ClientRegistry>;
}

function readList(read: OptionReader<OAuthOptions>, switches: Switches): readonly OAuthClient[] {
  const ids = new Set<string>();
  const clients = read.list('clients', (entry, path) => {
    const client = readClient(entry, path, read.findings);
    if (client.id !== '' && ids.has(client.id)) read.findings.add(`${path}.id`, 'another client has it');
    ids.add(client.id);
    for (const fault of grantFaults(client, switches)) read.findings.add(`${path}.grants`, fault);
    return client;
  });
  return clients ?? [];
}

function grantFaults({ grants, isFirstParty }: OAuthClient, switches: Switches): readonly string[] {
  const faults: string[] = [];
  if (grants.includes('password')) {
    if (!switches.allowsPasswordGrant)
      faults.push('password needs oauth.dangerouslyAllowPasswordGrant: true');
    else if (isFirstParty !== true) faults.push('password is for clients that are isFirstParty');
  }
  // One of the host may be of that type, which nobody knows before it is made.
  if (switches.grants.length > 0) return faults;
  if (grants.includes(TOKEN_EXCHANGE) && !switches.exchangesTokens)
    faults.push(`${TOKEN_EXCHANGE} needs oauth.tokenExchange: true`);
  if (grants.includes(DEVICE_CODE) && switches.device === undefined)
    faults.push(`${DEVICE_CODE} needs oauth.deviceAuthorization`);
  return faults;
}

function readDevice(read: OptionReader<NonNullable<OAuthOptions['deviceAuthorization']>>): DeviceShape {
  read.require('verificationUri', "the path of your page, such as '/device'");
  return {
    path: read.text('verificationUri', '/device', PAGE),
    // Revocations since somebody agreed are known for fifteen minutes.
    ttlMs: read.duration('ttl', 10 * MINUTE_MS, { min: MINUTE_MS, max: 14 * MINUTE_MS }),
    intervalMs: read.duration('interval', 5_000, { min: 1_000, max: MINUTE_MS }),
  };
}
