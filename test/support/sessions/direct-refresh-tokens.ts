import type {
  OpenedSession,
  RefreshOutcome,
  RotationRequest,
} from '../../../libs/auth/src/sessions/refresh-outcome.js';
import { RefreshTokenService } from '../../../libs/auth/src/sessions/refresh-token.service.js';
import type { SessionFacts } from '../../../libs/auth/src/sessions/session.js';
import { createSessionId } from '../../../libs/auth/src/subjects/subject-keys.js';

/** Sessions and refresh tokens without access tokens: nothing has to be prepared before a step. */
export class DirectRefreshTokens extends RefreshTokenService {
  /** Opens a session for somebody who was identified just now. */
  async open(login: SessionFacts): Promise<OpenedSession> {
    const outcome = await this.openSince({ ...login, id: createSessionId(login.subject) }, undefined);
    if (outcome.verdict === 'superseded') throw new Error('a login that began now was superseded');
    return outcome;
  }

  /** Presents a refresh token and turns it over. */
  async rotate(token: string, request: RotationRequest = {}): Promise<RefreshOutcome> {
    const presented = await this.present(token, request);
    return 'verdict' in presented ? presented : this.turnOver(presented);
  }
}

/** The sessions that some refresh tokens belong to. */
export async function givenUp(
  service: RefreshTokenService,
  ...texts: readonly string[]
): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const sessionIds of service.giveUp(texts)) found.push(...sessionIds);
  return found;
}
