import type { FactoryProvider, InjectionToken, Provider } from '@nestjs/common';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import type { CredentialScheme } from '../authentication/credential-scheme.js';
import { CrossSiteCheck } from '../authentication/requests/cross-site-check.js';
import { FingerprintedToken } from '../authentication/schemes/fingerprinted-token.js';
import { ProvenToken } from '../authentication/schemes/proven-token.js';
import { AccessCookie } from '../authentication/schemes/access-cookie.js';
import { CredentialChain } from '../authentication/schemes/credential-chain.js';
import { SchemeFinder } from '../authentication/schemes/scheme-finder.js';
import { DPoPProofs } from '../dpop/dpop-proofs.service.js';
import { Clock } from '../kernel/clock.js';
import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { isObject, type OptionReader } from '../kernel/configuration/option-reader.js';
import { closingMedium } from '../stores/closing-medium.js';
import { AccessTokenCheck } from '../tokens/access-token-check.js';
import { checkHostProvider, hasMethods, type HostPort, hostProvider } from './host-provider.js';

type Scheme = CredentialScheme<unknown>;

/** Token of all schemes, in the order in which they were given. */
export const CREDENTIAL_SCHEMES = Symbol('gatehouse:credential-schemes');

const OPTION = 'credentialSchemes';
const PORT: HostPort = { methods: ['find', 'verify'], expected: 'find() and verify(), see CredentialScheme' };
// RFC 9110 §11.1: auth-scheme = token
const AUTH_SCHEME = /^[\w!#$%&'*+.^`|~-]+$/;

/** Resolves the schemes of the host; what can't be one is a finding. */
export function readCredentialSchemes<Given extends object>(
  read: OptionReader<{ credentialSchemes?: readonly Given[] }>,
): readonly Given[] {
  const given = read.list(OPTION, (entry, path) => {
    checkHostProvider(entry, path, read.findings, PORT);
    return entry as Given;
  });
  return given ?? [];
}

/**
 * Providers of the schemes and of what looks for them.
 * @param ours tokens of schemes that the module brings itself; one that is switched off is `undefined`
 */
export function credentialSchemeProviders(
  given: readonly object[],
  ours: readonly InjectionToken[] = [],
): Provider[] {
  const providers = given.map((each, at) => hostProvider(Symbol(`gatehouse:${OPTION}[${at}]`), each));
  const tokens = providers.map((provider) => (provider as FactoryProvider).provide);
  const all: FactoryProvider = {
    provide: CREDENTIAL_SCHEMES,
    inject: [...ours, ...tokens],
    useFactory: (...made: unknown[]) => {
      const own = made.slice(0, ours.length).filter((scheme) => scheme !== undefined) as Scheme[];
      return [...own, ...soundSchemes(made.slice(ours.length), own)];
    },
  };
  return [...providers, closingMedium(all), chainProvider];
}

/** `undefined` where nobody shows anything but bearer tokens. */
const chainProvider: FactoryProvider<CredentialChain | undefined> = {
  provide: CredentialChain,
  inject: [CREDENTIAL_SCHEMES, AuthenticationSettings, AccessTokenCheck, CrossSiteCheck, Clock, DPoPProofs],
  useFactory: (
    schemes: readonly Scheme[],
    { accessCookie, fingerprintCookie }: AuthenticationSettings,
    check: AccessTokenCheck,
    crossSite: CrossSiteCheck,
    clock: Clock,
    proofs: DPoPProofs | undefined,
  ) => {
    const finders = [
      ...(proofs === undefined ? [] : [new ProvenToken(proofs, check)]),
      ...(accessCookie === undefined ? [] : [new AccessCookie(accessCookie.name, check)]),
      ...(fingerprintCookie === undefined ? [] : [new FingerprintedToken(fingerprintCookie.name, check)]),
      ...schemes.map((scheme) => new SchemeFinder(scheme, check, clock)),
    ];
    return finders.length === 0 ? undefined : new CredentialChain(finders, crossSite);
  },
};

/** @throws AuthConfigurationError when one can't do what it is there for, or has the name of another one */
function soundSchemes(made: readonly unknown[], ours: readonly Scheme[]): readonly Scheme[] {
  const findings = new ConfigurationFindings();
  const names = new Set(['bearer', 'dpop', ...ours.map(({ scheme }) => scheme.toLowerCase())]);
  made.forEach((scheme, at) => {
    const path = `${OPTION}[${at}]`;
    if (!hasMethods(scheme, PORT))
      findings.add(path, `expected an object with ${PORT.expected}; what was made has none`);
    const name = isObject(scheme) ? scheme['scheme'] : undefined;
    if (typeof name !== 'string' || !AUTH_SCHEME.test(name))
      findings.add(`${path}.scheme`, "expected an auth-scheme such as 'ApiKey' (RFC 9110 §11.1)");
    else if (names.has(name.toLowerCase()))
      findings.add(`${path}.scheme`, `${name} is taken: each needs a name of its own`);
    else names.add(name.toLowerCase());
  });
  findings.throwIfAny();
  return made as readonly Scheme[];
}

/** What a 401 asks for besides a bearer token. */
export function challengesOf(schemes: readonly Scheme[]): readonly string[] {
  return schemes.filter(({ isChallenged }) => isChallenged !== false).map(({ scheme }) => scheme);
}
