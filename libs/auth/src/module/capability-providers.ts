import { Logger, type Provider } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { AccessTokenIssuer } from '../access-tokens/access-token-issuer.js';
import { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import { JwtAuthGuard } from '../authentication/jwt-auth.guard.js';
import { JwtStrategy } from '../authentication/jwt.strategy.js';
import { LogoutService } from '../authentication/logout.service.js';
import { RefreshGuard } from '../authentication/refresh.guard.js';
import { RefreshStrategy } from '../authentication/refresh.strategy.js';
import { TokenResponder } from '../http/token-response.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock, SystemClock } from '../kernel/clock.js';
import { KeyRing } from '../keys/key-ring.js';
import { KeySource } from '../keys/key-source.js';
import { KeysSettings } from '../keys/keys.settings.js';
import { RefreshSessionService } from '../refresh-sessions/refresh-session.service.js';
import { SessionService } from '../refresh-sessions/session.service.js';
import { closingMedium } from '../stores/closing-medium.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { KeyRotationService } from '../tokens/key-rotation.service.js';
import { TokenService } from '../tokens/token.service.js';

/** What every capability stands on. */
const kernel: Provider[] = [
  { provide: Clock, useClass: SystemClock },
  { provide: AuthEvents, useFactory: reportingEvents },
  { provide: JwtService, useFactory: () => new JwtService() },
];

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
  AccessTokenVerifier,
  TokenBlacklistService,
  SessionService,
  TokenService,
  JwtStrategy,
  RefreshStrategy,
  JwtAuthGuard,
  RefreshGuard,
];

/** Services that hosts may inject: the module exports them. */
export const publicServices = [AuthEvents, KeyRing, ...services];

/** Capabilities from the kernel up to HTTP, without stores (floor 6) and settings. */
export const capabilityProviders: Provider[] = [
  ...kernel,
  ...keys,
  ...services,
  RefreshSessionService,
  LogoutService,
  TokenResponder,
];

function reportingEvents(): AuthEvents {
  const logger = new Logger('Gatehouse');
  return new AuthEvents((error, event) => logger.error(`a listener of ${event} failed: ${String(error)}`));
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
