import type { Abstract, Provider } from '@nestjs/common';
import { AccessTokensSettings } from '../access-tokens/access-tokens.settings.js';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import { KeysSettings } from '../keys/keys.settings.js';
import { ProblemDetailsSettings } from '../problem-details/problem-details.settings.js';
import { RbacSettings } from '../rbac/rbac.settings.js';
import { RefreshSessionsSettings } from '../refresh-sessions/refresh-sessions.settings.js';
import { ThrottlerSettings } from '../throttler/throttler.settings.js';
import { TokenBlacklistSettings } from '../token-blacklist/token-blacklist.settings.js';
import { AuthSettings } from '../options/auth-settings.js';

const slices: readonly (readonly [Abstract<unknown>, keyof AuthSettings])[] = [
  [KeysSettings, 'keys'],
  [AccessTokensSettings, 'accessTokens'],
  [RefreshSessionsSettings, 'sessions'],
  [TokenBlacklistSettings, 'revocation'],
  [RbacSettings, 'access'],
  [ThrottlerSettings, 'throttle'],
  [AuthenticationSettings, 'authentication'],
  [ProblemDetailsSettings, 'problems'],
];

/** Gives each capability its own slice of the settings. */
export const settingsProviders: Provider[] = slices.map(([provide, slice]) => ({
  provide,
  inject: [AuthSettings],
  useFactory: (settings: AuthSettings): unknown => settings[slice],
}));
