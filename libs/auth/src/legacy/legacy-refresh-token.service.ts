import type { Clock } from '../kernel/clock.js';
import { LONGEST_CLOCK_TOLERANCE_MS } from '../access-tokens/access-tokens.settings.js';
import { type Authentic, mayComeFrom, type RotationRequest } from '../sessions/refresh-outcome.js';
import { RefreshTokenService } from '../sessions/refresh-token.service.js';
import type { SessionDevice } from '../sessions/session.js';
import { ADOPTED_GENERATION, newFacts, type RecallVerdict } from '../sessions/session.store.js';
import { hashSubject } from '../subjects/subject-keys.js';
import type { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { isRefused, type LegacyToken, type LegacyTokens } from './legacy-tokens.service.js';

/** What it needs besides what every {@link RefreshTokenService} does. */
interface LegacySessions {
  readonly legacy: LegacyTokens;
  readonly blacklist: Pick<TokenBlacklistService, 'repeating'>;
  readonly clock: Clock;
  /** Of the sessions that are opened. */
  readonly clientId: string;
}

/** Each costs a question to the host; a browser sends this many only where somebody wants it to. */
const MAX_CANDIDATES = 8;

/**
 * Takes legacy refresh tokens as well. Shown for the first time, such a token gets a session, of which it is the current
 * refresh token; everything else is as with any other: it is rotated, replayed, found to be reused.
 */
export class LegacyRefreshTokenService extends RefreshTokenService {
  private readonly withdrawn: ReturnType<TokenBlacklistService['repeating']>;

  constructor(
    private readonly sessions: LegacySessions,
    ...service: ConstructorParameters<typeof RefreshTokenService>
  ) {
    super(...service);
    this.withdrawn = sessions.blacklist.repeating(({ id, leftMs }) => this.store.withdraw(id, leftMs));
  }

  override async authenticOf(texts: readonly string[]): Promise<readonly string[]> {
    return [...(await super.authenticOf(texts)), ...this.candidates(texts)];
  }

  /** Legacy ones that have no session yet never get one. Ours don't stay alive because the host can't be asked. */
  override async *giveUp(texts: readonly string[], clientId?: string): AsyncGenerator<readonly string[]> {
    yield* super.giveUp(texts, clientId);
    if (clientId !== undefined && clientId !== this.sessions.clientId) return;
    for (const text of this.candidates(texts)) {
      const token = await this.sessions.legacy.ask('refreshToken', text);
      if (token === undefined || isRefused(token)) continue;
      await this.withdraw(token);
      yield [sessionIdOf(token)];
    }
  }

  /** A failover may lose it, and then it would be adopted after all once the session is forgotten. */
  private async withdraw(token: LegacyToken): Promise<void> {
    const sessionId = sessionIdOf(token);
    await this.store.withdraw(sessionId, this.rememberedMs(token));
    this.withdrawn.add(sessionId, this.rememberedMs(token));
  }

  protected override async recognise(text: string, request: RotationRequest): Promise<Authentic> {
    const { legacy, clientId } = this.sessions;
    // No session is opened for a client that couldn't use it.
    if (!mayComeFrom(clientId, request) && legacy.takes('refreshToken', text))
      return { verdict: 'mismatched' };
    const asked = legacy.ask('refreshToken', text);
    if (asked === undefined) return super.recognise(text, request);
    const token = await asked;
    return isRefused(token) ? { verdict: 'malformed' } : this.sessionOf(token, request);
  }

  /** The session of a legacy token, which is opened unless it was before. */
  private async sessionOf(legacy: LegacyToken, { device }: RotationRequest): Promise<Authentic> {
    const sessionId = sessionIdOf(legacy);
    const facts = await this.adopted(sessionId, legacy, device);
    if (typeof facts === 'string') return { verdict: facts };
    return { token: { sessionId, generation: ADOPTED_GENERATION }, facts, answer: legacy.user.answer };
  }

  private async adopted(
    sessionId: string,
    legacy: LegacyToken,
    device: SessionDevice = {},
  ): Promise<RecallVerdict> {
    const { clientId } = this.sessions;
    const { user, authenticatedAt = 0, issuedAt = 0 } = legacy;
    const { answer: _told, ...known } = user;
    const facts = newFacts({ ...known, clientId, authenticatedAt, device });
    const terms = { ...this.termsOf(clientId), issuedAt, rememberedMs: this.rememberedMs(legacy) };
    const adoption = await this.store.adopt(sessionId, facts, terms);
    if (adoption.verdict === 'full') throw this.isFull();
    if (adoption.verdict === 'revoked') return 'revoked';
    if (adoption.verdict === 'opened')
      this.told.opened({ sessionId, subject: user.subject, clientId }, adoption.evicted, device);
    // It was opened before, or another one of several at once has done it.
    return adoption.verdict === 'opened' ? facts : this.store.recall(sessionId);
  }

  /** As long as the token may be shown, and longer where nobody knows how long that is. */
  private rememberedMs({ signedEnd = Infinity }: LegacyToken): number {
    const { legacy, clock } = this.sessions;
    const until = Math.min(signedEnd + LONGEST_CLOCK_TOLERANCE_MS, legacy.settings.rememberedUntil);
    return Math.max(until - clock.now(), 1);
  }

  private candidates(texts: readonly string[]): readonly string[] {
    const { legacy } = this.sessions;
    return texts.filter((text) => legacy.takes('refreshToken', text)).slice(0, MAX_CANDIDATES);
  }
}

/** Follows from subject and token, so nobody has to write down which is whose. */
function sessionIdOf({ id, user }: LegacyToken): string {
  return hashSubject(user.subject) + id;
}
