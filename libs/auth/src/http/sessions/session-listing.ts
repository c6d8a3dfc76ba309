import { Injectable } from '@nestjs/common';
import { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { Clock } from '../../kernel/clock.js';
import type { Principal } from '../../kernel/principal.js';
import type { Session } from '../../sessions/session.js';
import { SessionService } from '../../tokens/session.service.js';
import { byLogin, nextPageLink, type PageOfSessions } from './session-page.js';
import { type SessionResponse, toSessionResponse } from './session-response.js';

/** A page as it is answered. */
export interface ListedSessions {
  readonly rows: SessionResponse[];
  /** `Link` to the next page; `undefined` when this one is the last. */
  readonly next: string | undefined;
}

const STEP_MS = 5 * 60_000;
const RECENT_MS = 60 * 60_000;
/** Sessions that are asked of the store in one go. */
const AT_ONCE = 1_000;

/**
 * Sessions as their owner sees them. Nothing in the list changes when a refresh token is used: whoever stole a token would
 * otherwise see the moment to replay it. Rounding alone doesn't hide it, since the step from one value to the next is seen.
 */
@Injectable()
export class SessionListing {
  private readonly recentMs: number;

  constructor(
    private readonly sessions: SessionService,
    private readonly clock: Clock,
    { maxTtlMs }: AccessTokensSettings,
  ) {
    // Who only has tokens of this session can't look at it any longer than this after its last refresh.
    this.recentMs = Math.max(RECENT_MS, maxTtlMs + STEP_MS);
  }

  /** A page of the caller's sessions, the oldest login first: any order by use, or pages of one, would tell of it as well. */
  async page({ subject, sessionId }: Principal, { limit, after }: PageOfSessions): Promise<ListedSessions> {
    const all = (await this.all(subject)).toSorted(byLogin);
    const rest = after === undefined ? all : all.filter((session) => byLogin(after, session) < 0);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    const now = this.clock.now();
    return {
      rows: page.map((session) =>
        toSessionResponse(session, { currentId: sessionId, lastUsedAt: this.lastUse(session, now) }),
      ),
      next: last === undefined || rest.length === page.length ? undefined : nextPageLink(limit, last),
    };
  }

  /** All there are. One that is used meanwhile moves to the end of the store's list, and is met twice. */
  private async all(subject: string): Promise<readonly Session[]> {
    const found = new Map<string, Session>();
    let page = await this.sessions.list(subject, { limit: AT_ONCE });
    for (;;) {
      for (const session of page) found.set(session.id, session);
      const after = page.at(-1);
      if (after === undefined || page.length < AT_ONCE) return [...found.values()];
      page = await this.sessions.list(subject, { limit: AT_ONCE, after });
    }
  }

  private lastUse({ createdAt, lastUsedAt }: Session, now: number): number {
    const seen = now - lastUsedAt < this.recentMs ? now : lastUsedAt;
    return Math.max(createdAt, Math.floor(seen / STEP_MS) * STEP_MS);
  }
}
