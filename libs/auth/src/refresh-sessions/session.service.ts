import { Injectable } from '@nestjs/common';
import { AuthEvents } from '../kernel/auth-events.js';
import { isSessionId } from '../token-blacklist/subject/session-id.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { RefreshSessionStore } from './refresh-session.store.js';
import type { Session } from './session.js';
import { sessionOf } from './session-view.js';

/** The sessions of a user, for account pages and administrators. All verbs throw `store_unavailable` when the store can't answer. */
@Injectable()
export class SessionService {
  constructor(
    private readonly store: RefreshSessionStore,
    private readonly blacklist: TokenBlacklistService,
    private readonly events: AuthEvents,
  ) {}

  /** Live sessions of a subject, the one that has been idle longest in front. */
  async list(subject: string): Promise<readonly Session[]> {
    return (await this.store.list(subject)).map(sessionOf);
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
    for (const ended of await this.store.revokeOthers(sessionId)) {
      this.blacklist.secureSession(ended.sessionId);
      this.events.emit('session.revoked', ended);
    }
  }

  /** Ends every session and every access token of a subject. */
  async revokeAll(subject: string): Promise<void> {
    await this.blacklist.revokeSubject(subject);
  }
}
