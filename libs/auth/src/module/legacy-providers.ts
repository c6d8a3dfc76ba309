import type { Provider } from '@nestjs/common';
import { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { VerifiedTokens } from '../access-tokens/verified-tokens.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { KeyRing } from '../keys/key-ring.js';
import { LegacyAccessTokenVerifier } from '../legacy/legacy-access-token.verifier.js';
import { LegacyRefreshTokenService } from '../legacy/legacy-refresh-token.service.js';
import { LegacyTokens } from '../legacy/legacy-tokens.service.js';
import { AuthSettings } from '../options/auth-settings.js';
import { RefreshTokenMac } from '../sessions/refresh-token-mac.js';
import { RefreshTokenService } from '../sessions/refresh-token.service.js';
import { SessionStore } from '../sessions/session.store.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';

type MaybeLegacy = LegacyTokens | undefined;

/** What takes tokens: our own only, unless the option `legacy` asks for more. */
export const legacyProviders: Provider[] = [
  {
    provide: LegacyTokens,
    inject: [AuthSettings, Clock],
    useFactory: ({ legacy, accessTokens }: AuthSettings, clock: Clock): MaybeLegacy =>
      legacy && new LegacyTokens(legacy, accessTokens, clock),
  },
  {
    provide: AccessTokenVerifier,
    inject: [LegacyTokens, AuthSettings, AccessTokensSettings, KeyRing, VerifiedTokens],
    useFactory: (
      legacy: MaybeLegacy,
      { authentication }: AuthSettings,
      ...verifier: ConstructorParameters<typeof AccessTokenVerifier>
    ) =>
      legacy === undefined
        ? new AccessTokenVerifier(...verifier)
        : new LegacyAccessTokenVerifier(legacy, authentication.clientId, ...verifier),
  },
  {
    provide: RefreshTokenService,
    inject: [
      LegacyTokens,
      AuthSettings,
      TokenBlacklistService,
      Clock,
      SessionStore,
      RefreshTokenMac,
      AuthEvents,
    ],
    useFactory: (
      legacy: MaybeLegacy,
      { authentication: { clientId } }: AuthSettings,
      blacklist: TokenBlacklistService,
      clock: Clock,
      ...service: ConstructorParameters<typeof RefreshTokenService>
    ) =>
      legacy === undefined
        ? new RefreshTokenService(...service)
        : new LegacyRefreshTokenService({ legacy, blacklist, clock, clientId }, ...service),
  },
];
