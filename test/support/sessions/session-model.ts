/** Lives of the model's sessions; the services under test are given the same. */
export const MODEL_LIVES = {
  idleMs: 600_000,
  absoluteMs: 3_600_000,
  windowMs: 10_000,
  replayMs: 300_000,
  accessTokenMs: 900_000,
};

interface ModelSession {
  readonly subject: string;
  readonly clientId: string;
  readonly absolute: number;
  generation: number;
  rotatedAt: number;
  /** When this generation was handed out last, unused; of answers further apart than the window the last one counts. */
  answeredAt: number;
  /** When an access token of this generation was used first. */
  usedAt: number | undefined;
  idle: number;
  /** When a revocation of its own ended it while it was live: session, subject, others, reuse. */
  endedAt?: number;
  /** Whether any other revocation concerned it: of its client, of everybody, or after it was dead. */
  touched: boolean;
}

interface ModelToken {
  readonly session: number;
  readonly issuedAt: number;
  readonly generation: number;
  /** Whether its answer was asked for again later than the window: another one counts. */
  lost: boolean;
  revoked: boolean;
}

/** What sessions are supposed to do, in the simplest words: no store, no epochs, every fact written down. */
export class SessionModel {
  now = 0;
  readonly sessions: ModelSession[] = [];
  readonly tokens: ModelToken[] = [];

  login(subject: string, clientId: string): void {
    this.sessions.push({
      subject,
      clientId,
      absolute: this.now + MODEL_LIVES.absoluteMs,
      generation: 0,
      rotatedAt: Number.NEGATIVE_INFINITY,
      answeredAt: Number.NEGATIVE_INFINITY,
      usedAt: undefined,
      idle: this.now + MODEL_LIVES.idleMs,
      touched: false,
    });
    this.issue(this.sessions.length - 1);
  }

  /** Presents the refresh token `age` generations older than the current one; answers the verdicts that are right. */
  refresh(index: number, age: number): readonly string[] {
    const session = this.session(index);
    if (!this.isLive(session)) return this.wordsFor(session);
    if (age === 0) {
      session.generation += 1;
      session.rotatedAt = this.now;
      session.usedAt = undefined;
      session.answeredAt = this.now;
      session.idle = Math.min(this.now + MODEL_LIVES.idleMs, session.absolute);
      this.issue(index);
      return ['rotated'];
    }
    if (age === 1 && this.isReplayable(session)) {
      if (session.usedAt === undefined && this.now - session.answeredAt >= MODEL_LIVES.windowMs) {
        this.loseAnswers(index);
        session.answeredAt = this.now;
      }
      this.issue(index);
      return ['replayed'];
    }
    this.end(index);
    return ['reused'];
  }

  /** Uses an access token that hasn't expired; answers the verdict that is right. */
  use(place: number): string {
    const token = this.tokens[place];
    if (token === undefined || token.revoked || token.lost) return 'revoked';
    const session = this.session(token.session);
    if (session.generation === token.generation) session.usedAt ??= this.now;
    return 'confirmed';
  }

  /** Whether an access token hasn't expired. */
  isGood({ issuedAt }: ModelToken): boolean {
    return this.now < issuedAt + MODEL_LIVES.accessTokenMs;
  }

  /** Ends a session and its tokens. */
  end(index: number): void {
    const session = this.session(index);
    if (this.isLive(session)) session.endedAt = this.now;
    else session.touched = true;
    this.revokeTokens((of) => of === index);
  }

  revokeSubject(subject: string): void {
    this.sessions.forEach((session, index) => {
      if (session.subject === subject) this.end(index);
    });
  }

  revokeOthers(index: number): void {
    const { subject } = this.session(index);
    this.sessions.forEach((session, other) => {
      if (session.subject === subject && other !== index) this.end(other);
    });
  }

  /** Refuses the sessions of a client, or of everybody. */
  outdate(clientId?: string): void {
    this.sessions.forEach((session, index) => {
      if (clientId !== undefined && session.clientId !== clientId) return;
      session.touched = true;
      this.revokeTokens((of) => of === index);
    });
  }

  /** Places of the live sessions of a subject. */
  live(subject: string): readonly number[] {
    const places = this.sessions.keys();
    return [...places].filter((place) => {
      const session = this.session(place);
      return session.subject === subject && this.isLive(session);
    });
  }

  private session(index: number): ModelSession {
    const session = this.sessions[index];
    if (session === undefined) throw new Error(`the model has no session ${index}`);
    return session;
  }

  private isLive({ endedAt, touched, idle }: ModelSession): boolean {
    return endedAt === undefined && !touched && this.now < idle;
  }

  private isReplayable({ rotatedAt, usedAt = this.now }: ModelSession): boolean {
    const { windowMs, replayMs } = MODEL_LIVES;
    const wasUsedInTime = usedAt - rotatedAt < replayMs;
    return this.now - rotatedAt < windowMs || (wasUsedInTime && this.now - usedAt < windowMs);
  }

  // How a dead session may be refused; a store may forget it one access-token lifetime after its end.
  private wordsFor({ endedAt, touched, idle }: ModelSession): readonly string[] {
    const remembered = this.now < (endedAt ?? idle) + MODEL_LIVES.accessTokenMs;
    if (remembered && endedAt !== undefined) return ['revoked'];
    if (remembered && !touched) return ['expired'];
    return ['revoked', 'expired', 'unknown'];
  }

  private issue(session: number): void {
    const { generation } = this.session(session);
    this.tokens.push({ session, issuedAt: this.now, generation, lost: false, revoked: false });
  }

  private loseAnswers(index: number): void {
    const { generation } = this.session(index);
    for (const token of this.tokens)
      if (token.session === index && token.generation === generation) token.lost = true;
  }

  private revokeTokens(of: (session: number) => boolean): void {
    for (const token of this.tokens) if (of(token.session)) token.revoked = true;
  }
}
