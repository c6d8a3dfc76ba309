import type { Abstract, Provider } from '@nestjs/common';
import { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { ApiKeysSettings } from '../api-keys/api-keys.settings.js';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import { DPoPSettings } from '../dpop/dpop.settings.js';
import { EventsSettings } from '../events/events.settings.js';
import { ASYMMETRIC_ALGORITHMS } from '../jose/signing-algorithm.js';
import { ProtectedResourceDocument } from '../http/well-known/protected-resource.document.js';
import { KeysSettings } from '../keys/keys.settings.js';
import { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { RbacSettings } from '../rbac/rbac.settings.js';
import { SessionsSettings } from '../sessions/sessions.settings.js';
import { ThrottlerSettings } from '../throttler/throttler.settings.js';
import { TokenBlacklistSettings } from '../token-blacklist/token-blacklist.settings.js';
import { AuthSettings } from '../options/auth-settings.js';
import { challengesOf, CREDENTIAL_SCHEMES } from './credential-scheme-providers.js';

type CredentialSchemes = Parameters<typeof challengesOf>[0];

const slices: readonly (readonly [Abstract<unknown>, keyof AuthSettings])[] = [
  [KeysSettings, 'keys'],
  [AccessTokensSettings, 'accessTokens'],
  [SessionsSettings, 'sessions'],
  [TokenBlacklistSettings, 'tokenBlacklist'],
  [RbacSettings, 'rbac'],
  [ThrottlerSettings, 'throttler'],
  [AuthenticationSettings, 'authentication'],
  [ApiKeysSettings, 'apiKeys'],
  [DPoPSettings, 'dpop'],
  [EventsSettings, 'events'],
];

/** Gives each capability its own slice of the settings. */
export const settingsProviders: Provider[] = [
  ...slices.map(([provide, slice]) => ({
    provide,
    inject: [AuthSettings],
    useFactory: (settings: AuthSettings): unknown => settings[slice],
  })),
  {
    provide: ProblemDetailsSettings,
    inject: [AuthSettings, CREDENTIAL_SCHEMES],
    // What a 401 can ask for is known once the schemes of the host are made.
    useFactory: (
      { problemDetails: { realm, typeBase }, dpop, protectedResource }: AuthSettings,
      schemes: CredentialSchemes,
    ) =>
      Object.freeze({
        realm,
        typeBase,
        challenges: [...(dpop.isOn ? ['DPoP'] : []), ...challengesOf(schemes)],
        dpopAlgorithms: ASYMMETRIC_ALGORITHMS,
        resourceMetadata: protectedResource?.metadataUrl,
      }),
  },
  {
    provide: ProtectedResourceDocument,
    inject: [AuthSettings],
    useFactory: ({ protectedResource, dpop }: AuthSettings) =>
      protectedResource &&
      new ProtectedResourceDocument(protectedResource, dpop.isOn ? ASYMMETRIC_ALGORITHMS : []),
  },
];
