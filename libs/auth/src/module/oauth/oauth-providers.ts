import type { FactoryProvider, InjectionToken, Provider, Type } from '@nestjs/common';
import { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { DPoPSettings } from '../../dpop/dpop.settings.js';
import { MountedPaths } from '../../http/mounted-paths.js';
import { MetadataDocument } from '../../http/well-known/metadata.document.js';
import type { OAuthPaths } from '../../http/oauth2/oauth-controllers.js';
import { OAuthUrls } from '../../http/oauth2/oauth-urls.js';
import { AuthEvents } from '../../kernel/auth-events.js';
import { Clock } from '../../kernel/clock.js';
import { AuthConfigurationError } from '../../kernel/configuration/configuration-error.js';
import { AssertionAudience } from '../../oauth2/assertions/assertion-audience.js';
import { ClientAssertions } from '../../oauth2/assertions/client-assertions.service.js';
import { AuthorizationService } from '../../oauth2/authorization/authorization.service.js';
import { ClientAuthenticator } from '../../oauth2/clients/client-authenticator.service.js';
import { RegisteredClientIds } from '../../oauth2/client-registration/registered-client-ids.js';
import { RegistrationEndpoint } from '../../oauth2/client-registration/registration.endpoint.js';
import { AuthorizationCodeGrant } from '../../oauth2/grants/authorization-code.grant.js';
import { ClientCredentialsGrant } from '../../oauth2/grants/client-credentials.grant.js';
import { ClientLoginService } from '../../oauth2/grants/client-login.service.js';
import { ClientScope } from '../../oauth2/grants/client-scope.js';
import { DeviceAuthorizationService } from '../../oauth2/device/device-authorization.service.js';
import { DeviceCodeGrant } from '../../oauth2/grants/device-code.grant.js';
import type { Grant } from '../../oauth2/grants/grant.js';
import { Grants } from '../../oauth2/grants/grants.js';
import { IntrospectionEndpoint } from '../../oauth2/introspection.endpoint.js';
import { RevocationEndpoint } from '../../oauth2/revocation.endpoint.js';
import { PasswordGrant } from '../../oauth2/grants/password.grant.js';
import { PresentedCodes } from '../../oauth2/grants/presented-codes.js';
import { RefreshTokenGrant } from '../../oauth2/grants/refresh-token.grant.js';
import { SessionlessTokens } from '../../oauth2/grants/sessionless-tokens.js';
import { TokenExchangeGrant } from '../../oauth2/grants/token-exchange.grant.js';
import { ResourceIndicators } from '../../oauth2/resource-indicators.js';
import { TokenEndpoint } from '../../oauth2/token.endpoint.js';
import { AuthSettings } from '../../options/auth-settings.js';
import { LastingSecret } from '../../secret/lasting-secret.js';
import { authorizationProviders } from './authorization-providers.js';
import { clientRegistryProviders } from './client-registry-providers.js';
import { hostProvider } from '../host-provider.js';
import { deviceProviders } from './device-providers.js';
import type { OAuthShape } from './oauth-extras.js';

/** The grants of ours that are switched on. */
function ownGrants({ interaction, allowsPasswordGrant, exchangesTokens, device }: OAuthShape): Type<Grant>[] {
  return [
    ClientCredentialsGrant,
    RefreshTokenGrant,
    ...(interaction === undefined ? [] : [AuthorizationCodeGrant]),
    ...(allowsPasswordGrant ? [PasswordGrant] : []),
    ...(exchangesTokens ? [TokenExchangeGrant] : []),
    ...(device === undefined ? [] : [DeviceCodeGrant]),
  ];
}

/**
 * What the endpoints for clients stand on; nothing where they are switched off.
 * @param wellKnown folder of documents at the root
 */
export function oauthProviders(shape: OAuthShape | undefined, wellKnown: string | false): Provider[] {
  if (shape === undefined) return [];
  const own = ownGrants(shape);
  return [
    urlsProvider(shape.endpoints),
    ...(wellKnown === false ? [] : [metadataProvider(`/${wellKnown.replaceAll(/^\/+|\/+$/g, '')}`, shape)]),
    ...clientRegistryProviders(shape),
    ...registrationProviders(shape.registration),
    ClientAuthenticator,
    ClientAssertions,
    audienceProvider,
    TokenEndpoint,
    RevocationEndpoint,
    IntrospectionEndpoint,
    ResourceIndicators,
    ClientScope,
    ClientLoginService,
    SessionlessTokens,
    PresentedCodes,
    ...deviceProviders(shape.device),
    ...authorizationProviders(shape.interaction),
    ...own,
    ...grantProviders(own, shape.grants),
  ];
}

/**
 * Stands for what hosts may inject where there are none of them because of a mistake in some option: it waits for the settings,
 * which tell of that one, while Nest would only say that a service is missing.
 */
export const missedServices: Provider[] = [
  ClientLoginService,
  AuthorizationService,
  DeviceAuthorizationService,
].map((provide) => ({ provide, inject: [AuthSettings], useFactory: () => undefined }));

/** What hosts may inject of it. */
export function oauthServices(shape: OAuthShape | undefined): Type<unknown>[] {
  if (shape === undefined) return [];
  return [
    ClientLoginService,
    ...(shape.interaction === undefined ? [] : [AuthorizationService]),
    ...(shape.device === undefined ? [] : [DeviceAuthorizationService]),
  ];
}

/** Documents at the root besides the keys. */
export function oauthDocuments(
  shape: OAuthShape | undefined,
  wellKnown: string | false,
): readonly InjectionToken[] {
  return wellKnown !== false && shape?.endpoints.metadata === true ? [MetadataDocument] : [];
}

function registrationProviders(settings: OAuthShape['registration']): Provider[] {
  if (settings === undefined) return [];
  return [
    {
      provide: RegisteredClientIds,
      inject: [LastingSecret, Clock],
      useFactory: (secret: LastingSecret, clock: Clock) => new RegisteredClientIds(secret, clock),
    },
    {
      provide: RegistrationEndpoint,
      inject: [RegisteredClientIds, Clock, DPoPSettings, AuthEvents],
      useFactory: (ids: RegisteredClientIds, clock: Clock, { isOn }: DPoPSettings, events: AuthEvents) =>
        new RegistrationEndpoint(ids, { ...settings, takesProofs: isOn }, clock, events),
    },
  ];
}

function urlsProvider(paths: OAuthPaths): Provider {
  return {
    provide: OAuthUrls,
    inject: [AccessTokensSettings, MountedPaths],
    useFactory: ({ issuer }: AccessTokensSettings, mounts: MountedPaths) =>
      new OAuthUrls(issuer, paths, mounts),
  };
}

const audienceProvider: Provider = {
  provide: AssertionAudience,
  inject: [AccessTokensSettings, OAuthUrls],
  useFactory: ({ issuer }: AccessTokensSettings, urls: OAuthUrls): AssertionAudience => ({
    names: () => [issuer, urls.of('token')].filter((name) => name !== undefined),
  }),
};

function metadataProvider(folder: string, { clientDocuments }: OAuthShape): Provider {
  return {
    provide: MetadataDocument,
    inject: [AccessTokensSettings, OAuthUrls, Grants, DPoPSettings],
    useFactory: ({ issuer }: AccessTokensSettings, urls: OAuthUrls, grants: Grants, { isOn }: DPoPSettings) =>
      new MetadataDocument(issuer, folder, urls, {
        grants,
        takesClientDocuments: clientDocuments !== undefined,
        takesProofs: isOn,
      }),
  };
}

function grantProviders(own: readonly Type<Grant>[], given: OAuthShape['grants']): Provider[] {
  const providers = given.map((each, at) => hostProvider(Symbol(`gatehouse:oauth.grants[${at}]`), each));
  const tokens = providers.map((provider) => (provider as FactoryProvider).provide);
  return [
    ...providers,
    {
      provide: Grants,
      inject: [...own, ...tokens],
      useFactory: (...made: Grant[]) => {
        for (const [at, grant] of made.entries())
          refuseUnsound(grant, made.slice(0, at), `oauth.grants[${at - own.length}]`);
        return new Grants(made);
      },
    },
  ];
}

/** @throws AuthConfigurationError when the grant of a host has no name of its own */
function refuseUnsound({ type }: Grant, others: readonly Grant[], option: string): void {
  const isTaken = others.some((other) => other.type === type);
  if (typeof type === 'string' && type !== '' && !isTaken) return;
  const message = isTaken ? `${type} is taken` : 'needs a type, the value of `grant_type`';
  throw new AuthConfigurationError([{ option, message }]);
}
