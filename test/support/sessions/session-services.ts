import { AuthEvents } from '../../../libs/auth/src/kernel/auth-events.js';
import { ConfigurationFindings } from '../../../libs/auth/src/kernel/configuration/configuration-error.js';
import {
  type SessionsOptions,
  resolveSessionsSettings,
} from '../../../libs/auth/src/sessions/sessions.settings.js';
import { SessionService } from '../../../libs/auth/src/tokens/session.service.js';
import type { SessionFacts } from '../../../libs/auth/src/sessions/session.js';
import { TokenBlacklistService } from '../../../libs/auth/src/token-blacklist/token-blacklist.service.js';
import type { OpenedSession } from '../../../libs/auth/src/sessions/refresh-outcome.js';
import type { RefreshedToken } from '../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { DirectRefreshTokens } from './direct-refresh-tokens.js';
import { macOf } from './refresh-token-mac.js';
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
export function sessionServices(harness: SessionHarness, options: SessionsOptions = {}) {
  const findings = new ConfigurationFindings();
  const settings = resolveSessionsSettings(options, findings);
  findings.throwIfAny();
  const events = new AuthEvents();
  const told: string[] = [];
  for (const name of TOLD) events.on(name, ({ subject }) => told.push(`${name} ${subject}`));
  const { clock } = harness;
  const blacklist = new TokenBlacklistService(harness.blacklist, blacklistSettings(), events, clock);
  return {
    refresh: new DirectRefreshTokens(harness.sessions, macOf(settings), events),
    sessions: new SessionService(harness.sessions, blacklist, events),
    blacklist,
    told,
  };
}

let tokens = 0;

/** An access token that was handed out with a refresh token. */
export function accessTokenWith({
  session,
  refreshToken,
  epoch,
  lostAnswers,
}: OpenedSession): RefreshedToken {
  const { id: sessionId, subject, clientId } = session;
  const generation = Number(refreshToken.split('.')[1]);
  return { tokenId: `token ${++tokens}`, sessionId, subject, clientId, epoch, generation, lostAnswers };
}
