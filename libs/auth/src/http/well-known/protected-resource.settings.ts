import type { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../../kernel/configuration/option-reader.js';
import { isScopeToken } from '../../kernel/scope.js';
import { isTrustworthyAddress } from '../../keys/sources/bounded-fetch.js';

/** What hosts say of it. */
interface ProtectedResourceOptions {
  readonly resource?: string;
  readonly authorizationServers?: readonly string[];
  readonly scopesSupported?: readonly string[];
  readonly name?: string;
  readonly documentation?: string;
}

/** What clients may know of this service as a resource server (RFC 9728 §2). */
export interface ProtectedResourceSettings {
  /** Its resource identifier, as the host wrote it. */
  readonly resource: string;
  /** Issuer identifiers (RFC 8414 §2). */
  readonly authorizationServers: readonly string[];
  readonly scopesSupported: readonly string[];
  readonly name: string | undefined;
  readonly documentation: string | undefined;
  /** Where clients find all that: what challenges name. */
  readonly metadataUrl: string;
}

/** What is known of the service besides these options. */
interface Surroundings {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Whether clients get tokens from the issuer by OAuth 2. */
  readonly isIssuerForClients: boolean;
  /** Whether that is this very service. */
  readonly servesClients: boolean;
  /** Folder of well-known documents, from the root. */
  readonly folder: string;
}

type Read = OptionReader<ProtectedResourceOptions>;

const URL_OF_SERVICE = 'an https URL (http only for this very machine)';
const RESOURCE = `${URL_OF_SERVICE} in its normal form, without query and fragment`;

/** Resolves the options of a protected resource; `undefined` when there are none, or they are `false`. */
export function resolveProtectedResource(
  given: unknown,
  around: Surroundings,
  findings: ConfigurationFindings,
): ProtectedResourceSettings | undefined {
  if (given === undefined || given === false) return undefined;
  return readOptions<ProtectedResourceOptions, ProtectedResourceSettings>(
    given === true ? {} : given,
    'protectedResource',
    findings,
    (read) => {
      const resource = readResource(read, around);
      return Object.freeze({
        resource,
        authorizationServers: readServers(read, around),
        scopesSupported: readScopes(read),
        name: read.text('name', undefined),
        documentation: read.instance<string>('documentation', isDocumentation, 'an http or https URL'),
        metadataUrl: resource === '' ? '' : metadataUrlOf(resource, around.folder),
      });
    },
    { expected: 'true, false or an object' },
  );
}

/** Empty after a finding. */
function readResource(read: Read, { audience, servesClients }: Surroundings): string {
  const [usual, ...others] = audience.filter(isResource);
  // A missing audience is a finding already.
  if (!read.has('resource') && audience.length > 0 && (usual === undefined || others.length > 0))
    read.require('resource', 'the one of its URLs that clients know this service by');
  const resource = read.instance<string>('resource', isResource, RESOURCE);
  if (resource === undefined) return usual ?? '';
  // Tokens of another issuer may name us in other ways.
  if (servesClients && !audience.some((each) => isSameUrl(each, resource)))
    read.refuse('resource', 'is none of `audience`, so no client gets a token for it');
  return resource;
}

function readServers(read: Read, { issuer, isIssuerForClients }: Surroundings): readonly string[] {
  if (!read.has('authorizationServers')) {
    if (isIssuerForClients && issuer !== '' && !isIssuer(issuer))
      read.require('authorizationServers', `\`issuer\` is not ${URL_OF_SERVICE}`);
    return Object.freeze(isIssuerForClients ? [issuer] : []);
  }
  const readOne = (entry: unknown, path: string): string | undefined => {
    if (isIssuer(entry)) return entry;
    read.findings.add(path, `expected an issuer: ${URL_OF_SERVICE} without query and fragment`);
    return undefined;
  };
  return read.list('authorizationServers', readOne) ?? [];
}

function readScopes(read: Read): readonly string[] {
  const readOne = (entry: unknown, path: string): string | undefined => {
    if (isScopeToken(entry)) return entry;
    read.findings.add(path, 'expected a scope token (RFC 6749 §3.3)');
    return undefined;
  };
  return read.list('scopesSupported', readOne) ?? [];
}

/** RFC 9728 §1.2. Clients compare byte for byte what they called with what we say, so there is one way to write it. */
function isResource(value: unknown): value is string {
  if (!isIssuer(value)) return false;
  const { href } = new URL(value);
  return href === value || href === `${value}/`;
}

/** RFC 8414 §2. */
function isIssuer(value: unknown): value is string {
  if (typeof value !== 'string' || !/^https?:\/\/[^\s?#@]+$/.test(value) || !URL.canParse(value))
    return false;
  return isTrustworthyAddress(new URL(value));
}

function isDocumentation(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\/\S+$/.test(value) && URL.canParse(value);
}

function isSameUrl(one: string, other: string): boolean {
  return URL.canParse(one) && new URL(one).href === new URL(other).href;
}

/** RFC 9728 §3.1: the well-known path comes between host and path; a slash that follows the host is left out. */
function metadataUrlOf(resource: string, folder: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}/${folder}/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
}
