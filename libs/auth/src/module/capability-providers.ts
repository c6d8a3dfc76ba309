import type { Provider } from '@nestjs/common';
import { AccessTokenIssuer } from '../access-tokens/access-token-issuer.js';
import { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import { VerifiedTokens } from '../access-tokens/verified-tokens.js';
import { ApiKeyScheme } from '../api-keys/api-key.scheme.js';
import { ApiKeyService } from '../api-keys/api-key.service.js';
import { ApiKeyStore } from '../api-keys/api-key.store.js';
import { ApiKeysSettings } from '../api-keys/api-keys.settings.js';
import { CrossSiteCheck } from '../authentication/requests/cross-site-check.js';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { JwtStrategy } from '../authentication/jwt.strategy.js';
import { LogoutService } from '../authentication/logout.service.js';
import { SessionOpener } from '../authentication/login/session-opener.service.js';
import { RefreshGuard } from '../authentication/refresh.guard.js';
import { RefreshLookAhead } from '../authentication/requests/refresh-look-ahead.js';
import { RefreshStrategy } from '../authentication/refresh.strategy.js';
import { DPoPProofs } from '../dpop/dpop-proofs.service.js';
import { DPoPSettings } from '../dpop/dpop.settings.js';
import { ProofNonces } from '../dpop/proof-nonces.js';
import { EmptyBodies } from '../http/empty-bodies.js';
import { MountedPaths } from '../http/mounted-paths.js';
import { LoginService } from '../http/login/login.service.js';
import { SessionListing } from '../http/sessions/session-listing.js';
import { TokenResponder } from '../http/token-response.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock, SystemClock } from '../kernel/clock.js';
import { KeyRing } from '../keys/key-ring.js';
import { KeySource } from '../keys/key-source.js';
import { KeysSettings } from '../keys/keys.settings.js';
import { OneTimeValueStore } from '../one-time-values/one-time-value.store.js';
import { LastingSecret } from '../secret/lasting-secret.js';
import { RefreshTokenMac } from '../sessions/refresh-token-mac.js';
import { LiveSockets } from '../sockets/live-sockets.js';
import { SocketAuthenticator } from '../sockets/socket-authenticator.service.js';
import { SessionService } from '../tokens/session.service.js';
import { eventProviders } from './event-providers.js';
import { legacyProviders } from './legacy-providers.js';
import { closingMedium } from '../stores/closing-medium.js';
import { LookAhead } from '../throttler/look-ahead.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { KeyRotationService } from '../tokens/key-rotation.service.js';
import { AccessTokenCheck } from '../tokens/access-token-check.js';
import { TokenService } from '../tokens/token.service.js';

/** What every capability stands on. */
const kernel: Provider[] = [{ provide: Clock, useClass: SystemClock }, ...eventProviders];

const keys: Provider[] = [
  closingMedium({
    provide: KeyRing,
    inject: [KeysSettings, KeySource, Clock, AuthEvents],
    useFactory: loadedKeyRing,
  }),
];

const services = [
  KeyRotationService,
  AccessTokenIssuer,
  TokenBlacklistService,
  SessionService,
  AccessTokenCheck,
  TokenService,
  LoginService,
  JwtStrategy,
  RefreshStrategy,
  JwtAuthGuard,
  RefreshGuard,
  SocketAuthenticator,
  ApiKeyService,
];

/** Services that hosts may inject: the module exports them. */
export const publicServices = [AuthEvents, KeyRing, AccessTokenVerifier, ...services];

/** Capabilities from the kernel up to HTTP, without stores and settings. */
export const capabilityProviders: Provider[] = [
  ...kernel,
  ...keys,
  ...services,
  ...legacyProviders,
  VerifiedTokens,
  RefreshTokenMac,
  CrossSiteCheck,
  LogoutService,
  SessionOpener,
  TokenResponder,
  SessionListing,
  EmptyBodies,
  MountedPaths,
  LiveSockets,
  { provide: LookAhead, useClass: RefreshLookAhead },
  {
    provide: DPoPProofs,
    inject: [DPoPSettings, OneTimeValueStore, Clock, LastingSecret],
    useFactory: dpopProofs,
  },
  {
    provide: ApiKeyScheme,
    inject: [ApiKeysSettings, ApiKeyStore],
    useFactory: (settings: ApiKeysSettings, store: ApiKeyStore) =>
      settings.isOn ? new ApiKeyScheme(settings, store) : undefined,
  },
];

/** `undefined` where proofs aren't looked at. */
function dpopProofs(
  settings: DPoPSettings,
  used: OneTimeValueStore,
  clock: Clock,
  secret: LastingSecret,
): DPoPProofs | undefined {
  const { isOn, noncePeriodMs } = settings;
  const nonces =
    noncePeriodMs === undefined
      ? undefined
      : new ProofNonces(secret.keysFor('dpop-nonce'), noncePeriodMs, clock);
  return isOn ? new DPoPProofs(settings, used, clock, nonces) : undefined;
}

async function loadedKeyRing(
  settings: KeysSettings,
  source: KeySource,
  clock: Clock,
  events: AuthEvents,
): Promise<KeyRing> {
  const ring = new KeyRing(settings, source, clock, events);
  await ring.load();
  return ring;
}
