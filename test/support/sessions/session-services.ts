import { AuthEvents } from '../../../libs/auth/src/kernel/auth-events.js';
import { ConfigurationFindings } from '../../../libs/auth/src/kernel/configuration-error.js';
import { RefreshSessionService } from '../../../libs/auth/src/refresh-sessions/refresh-session.service.js';
import {
  type RefreshSessionsOptions,
  resolveRefreshSessionsSettings,
} from '../../../libs/auth/src/refresh-sessions/refresh-sessions.settings.js';
import { SessionService } from '../../../libs/auth/src/refresh-sessions/session.service.js';
import type { SessionFacts } from '../../../libs/auth/src/refresh-sessions/session.js';
import { TokenBlacklistService } from '../../../libs/auth/src/token-blacklist/token-blacklist.service.js';
import { blacklistSettings, type SessionHarness } from './session-media.js';

const TOLD = [
  'refresh.rotated',
  'refresh.replayed',
  'refresh.reuse',
  'session.revoked',
  'session.evicted',
] as const;

/** Facts of a login. */
export function facts(over: Partial<SessionFacts> = {}): SessionFacts {
  return { subject: 'ada', clientId: 'web', roles: ['reader'], authenticatedAt: 1, device: {}, ...over };
}

/** The services over the stores of a harness, and what their events told (`<event> <subject>`). */
export function sessionServices(harness: SessionHarness, options: RefreshSessionsOptions = {}) {
  const findings = new ConfigurationFindings();
  const macSecrets = ['a secret of the tests, 32 bytes and more'];
  const settings = resolveRefreshSessionsSettings({ macSecrets, ...options }, findings);
  findings.throwIfAny();
  const events = new AuthEvents();
  const told: string[] = [];
  for (const name of TOLD) events.on(name, ({ subject }) => told.push(`${name} ${subject}`));
  const { clock } = harness;
  const blacklist = new TokenBlacklistService(harness.blacklist, blacklistSettings(), events, clock);
  return {
    refresh: new RefreshSessionService(harness.sessions, settings, events, clock),
    sessions: new SessionService(harness.sessions, blacklist, events),
    blacklist,
    told,
  };
}
