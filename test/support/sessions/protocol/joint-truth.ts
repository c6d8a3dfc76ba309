/** Lives and limits of the exploration; all are multiples of the quantum. */
export const LIVES = {
  windowMs: 10_000,
  accessTokenMs: 960_000,
  idleMs: 3_600_000,
  absoluteMs: 7_200_000,
  /** The first two logins fill it. */
  maxSessions: 2,
};

export const CLIENTS = { a: 'web', b: 'app', c: 'web' } as const;

/** Two sessions that one person has from the beginning, and one that another login may open. */
export type SessionName = keyof typeof CLIENTS;

export type End = 'logged out' | 'evicted' | 'reuse' | 'revoked with its client or everybody';

export interface TrueSession {
  readonly generation: number;
  readonly rotatedAt: number;
  /** When this generation was handed out last, unused. */
  readonly answeredAt: number;
  /** When an access token of this generation was used first. */
  readonly usedAt?: number | undefined;
  readonly lostAnswers: number;
  readonly idleEndsAt: number;
  readonly absoluteEndsAt: number;
  readonly ended?: End | undefined;
}

/** An access token that somebody may have. */
export interface TrueToken {
  readonly session: SessionName;
  readonly generation: number;
  readonly lostAnswers: number;
  /** By either store. */
  readonly epochs: Readonly<Record<'memory' | 'redis', number>>;
  readonly expiresAt: number;
  readonly isRefused: boolean;
  /** Another answer was asked for later than the window: only that one counts. */
  readonly isLost: boolean;
}

/** Everything that happened, in the simplest words. */
export interface Truth {
  readonly sessions: Readonly<Partial<Record<SessionName, TrueSession>>>;
  readonly tokens: Readonly<Record<string, TrueToken>>;
  /** Revocations that a login of the client "web" would have to know of, and when the last one was. */
  readonly marked: { readonly count: number; readonly at: number };
  readonly thiefActed: boolean;
}

export function nameOf({ session, generation, lostAnswers, expiresAt, epochs }: TrueToken): string {
  return `${session}${generation}.${lostAnswers} of ${expiresAt / 1000 - 1_767_225_600 - LIVES.accessTokenMs / 1000} s, ${epochs.redis % 1_000_000}`;
}

export function isLive(session: TrueSession | undefined, now: number): session is TrueSession {
  return session !== undefined && session.ended === undefined && now < session.idleEndsAt;
}

/** Names of the live sessions, the one that has been idle longest in front. */
export function liveSessions({ sessions }: Truth, now: number): readonly SessionName[] {
  const live = (Object.keys(sessions) as SessionName[]).filter((name) => isLive(sessions[name], now));
  return live.sort((a, b) => sessions[a]!.idleEndsAt - sessions[b]!.idleEndsAt || (a < b ? -1 : 1));
}

export function newSession(now: number): TrueSession {
  return {
    generation: 0,
    rotatedAt: 0,
    answeredAt: 0,
    lostAnswers: 0,
    idleEndsAt: now + LIVES.idleMs,
    absoluteEndsAt: now + LIVES.absoluteMs,
  };
}

/** The right answer to a refresh token of a live session. */
export function rightVerdict(
  session: TrueSession,
  presented: number,
  now: number,
): 'rotated' | 'replayed' | 'reused' {
  const { generation, rotatedAt, usedAt } = session;
  if (presented >= generation) return 'rotated';
  if (presented < generation - 1) return 'reused';
  const isRecent = now - rotatedAt < LIVES.windowMs;
  const isUnused = usedAt === undefined || now - usedAt < LIVES.windowMs;
  return isRecent || isUnused ? 'replayed' : 'reused';
}

/** After a refresh that was answered rightly. */
export function refreshed(truth: Truth, name: SessionName, presented: number, now: number): Truth {
  const session = truth.sessions[name]!;
  const verdict = rightVerdict(session, presented, now);
  if (verdict === 'reused') return ended(truth, [name], 'reuse');
  if (verdict === 'rotated') {
    const idleEndsAt = Math.min(now + LIVES.idleMs, session.absoluteEndsAt);
    const next = {
      generation: presented + 1,
      rotatedAt: now,
      answeredAt: now,
      usedAt: undefined,
      lostAnswers: 0,
    };
    return withSession(truth, name, { ...next, idleEndsAt });
  }
  if (session.usedAt !== undefined || now - session.answeredAt < LIVES.windowMs) return truth;
  const tokens = mapTokens(truth, (token) =>
    token.session === name && token.generation === session.generation ? { ...token, isLost: true } : token,
  );
  return withSession({ ...truth, tokens }, name, { lostAnswers: session.lostAnswers + 1, answeredAt: now });
}

export function withSession(truth: Truth, name: SessionName, change: Partial<TrueSession>): Truth {
  const session = { ...truth.sessions[name]!, ...change };
  return { ...truth, sessions: { ...truth.sessions, [name]: session } };
}

/** Sessions end, and their access tokens with them. One that has ended before stays as it ended. */
export function ended(truth: Truth, names: readonly SessionName[], end: End): Truth {
  const tokens = mapTokens(truth, (token) =>
    names.includes(token.session) ? { ...token, isRefused: true } : token,
  );
  return names.reduce(
    (each, name) =>
      each.sessions[name] === undefined || each.sessions[name].ended !== undefined
        ? each
        : withSession(each, name, { ended: end }),
    { ...truth, tokens },
  );
}

function mapTokens({ tokens }: Truth, change: (token: TrueToken) => TrueToken): Truth['tokens'] {
  return Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, change(token)]));
}
