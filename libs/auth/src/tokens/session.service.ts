import { Injectable } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { isSessionId } from '../subjects/subject-keys.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { SessionStore } from '../sessions/session.store.js';
import type { Session } from '../sessions/session.js';
import { sessionOf } from '../sessions/refresh-token.service.js';

const DEFAULT_LIMIT = 100;

/** Which sessions of a subject are listed. */
type SessionListPage = {
  /**
   * Greatest number of sessions.
   * @default 100
   */
  readonly limit?: number;
  /** The last session of the page before. */
  readonly after?: Pick<Session, 'id' | 'idleExpiresAt'>;
};

/** The sessions of a user, for account pages and administrators. All verbs throw `store_unavailable` when the store can't answer. */
@Injectable()
export class SessionService {
  /** @internal */
  constructor(
    private readonly store: SessionStore,
    private readonly blacklist: TokenBlacklistService,
    private readonly events: AuthEvents,
  ) {}

  /**
   * Live sessions of a subject, the one that has been idle longest in front, at most 100 unless told otherwise. A page as
   * long as its limit may have a next one. Times are exact: shown to the user as they are, they tell a thief of a refresh
   * token when to replay it, which `GET /auth/sessions` does not.
   * @throws RangeError when the limit isn't a whole number above 0
   */
  async list(
    subject: string,
    { limit = DEFAULT_LIMIT, after }: SessionListPage = {},
  ): Promise<readonly Session[]> {
    if (!Number.isSafeInteger(limit) || limit < 1)
      throw new RangeError('limit must be a whole number above 0');
    const sessions = await this.store.list(subject, after === undefined ? { limit } : { limit, after });
    return sessions.map(sessionOf);
  }

  /** A live session, or `undefined`. */
  async get(sessionId: string): Promise<Session | undefined> {
    if (!isSessionId(sessionId)) return undefined;
    const session = await this.store.find(sessionId);
    return session === undefined ? undefined : sessionOf(session);
  }

  /** Ends a session and its access tokens. */
  async revoke(sessionId: string): Promise<void> {
    await this.blacklist.revokeSession(sessionId);
  }

  /** Ends every other session of the same subject: after a changed password or factor, from the device that changed it. */
  async revokeOthers(sessionId: string): Promise<void> {
    if (!isSessionId(sessionId)) return;
    const ended = await this.store.revokeOthers(sessionId);
    this.blacklist.repeatSessionRevocations(ended.map((session) => session.sessionId));
    for (const { sessionId: id, subject } of ended)
      if (subject !== undefined) this.events.emit('session.revoked', { sessionId: id, subject });
  }

  /** Ends every session and every access token of a subject; API keys stay, see `TokenBlacklistService.revokeSubject()`. */
  async revokeAll(subject: string): Promise<void> {
    await this.blacklist.revokeSessionsOf(subject);
  }
}
