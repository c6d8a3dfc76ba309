import { Logger } from '@nestjs/common';
import type { Clock } from '../kernel/clock.js';
import type { SessionsSettings } from '../sessions/sessions.settings.js';
import type { StrangerToken } from '../subjects/memory-session-state.js';

const WHY =
  'sessions are kept in memory and end with the process. Log in again, or give `redis`, which keeps them over restarts.';

/**
 * Tells developers, who restart their app all day, why a token of the run before is refused: once for each kind of token,
 * and nothing of the token itself.
 */
export class EarlierRunWarning {
  private readonly logger = new Logger('Gatehouse');
  private readonly told = new Set<StrangerToken>();
  private readonly startedAt: number;
  private readonly shortestIdleTtlMs: number;

  constructor(
    private readonly clock: Clock,
    { standard, profiles }: Pick<SessionsSettings, 'standard' | 'profiles'>,
  ) {
    this.startedAt = clock.elapsed();
    this.shortestIdleTtlMs = Math.min(...[standard, ...profiles.values()].map(({ idleTtlMs }) => idleTtlMs));
  }

  readonly note = (stranger: StrangerToken): void => {
    if (this.told.has(stranger)) return;
    const isAccessToken = stranger === 'access token of an earlier run';
    // From then on it may as well be a session of this run that was idle too long.
    if (!isAccessToken && this.clock.elapsed() - this.startedAt >= this.shortestIdleTtlMs) return;
    this.told.add(stranger);
    const what = isAccessToken ? 'An access token' : 'A refresh token';
    this.logger.warn(`${what} of an earlier run of this app was refused: ${WHY}`);
  };
}
