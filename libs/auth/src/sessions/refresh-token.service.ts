import { Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { commonScope } from '../kernel/scope.js';
import {
  type LoginBeginning,
  newFacts,
  SessionStore,
  type SessionTerms,
  type StoredFacts,
  type StoredSession,
} from './session.store.js';
import type { SessionProfile, SessionsSettings } from './sessions.settings.js';
import {
  type Authentic,
  type AuthenticToken,
  type Disowned,
  type LoginOutcome,
  type LookedUp,
  type OpenedSession,
  type PresentedToken,
  type Presentation,
  type RefreshOutcome,
  type Refusal,
  refusalOf,
  type RotationRequest,
} from './refresh-outcome.js';
import { newestBySession } from './newest-by-session.js';
import { RefreshTokenMac } from './refresh-token-mac.js';
import { changesOf, factsAfter, renewedBy, type UserReload } from './reloaded-user.js';
import type { KnownSession, Session, SessionFacts } from './session.js';
import { SessionEvents } from './session-events.js';

/** Each costs a question to the store; a browser sends this many only where somebody wants it to. */
const MAX_CANDIDATES = 24;

/** Opens sessions and turns refresh tokens over. */
@Injectable()
export class RefreshTokenService {
  protected readonly settings: SessionsSettings;
  protected readonly told: SessionEvents;
  private reload: UserReload | undefined;
  private readonly lookedUp = new WeakMap<object, LookedUp>();

  constructor(
    protected readonly store: SessionStore,
    private readonly mac: RefreshTokenMac,
    events: AuthEvents,
  ) {
    this.settings = mac.settings;
    this.told = new SessionEvents(events);
  }

  /** From now on the host is asked at each refresh. Not when this is made: the host may need what is made of it. */
  reloadUsersBy(reload: UserReload): void {
    this.reload = reload;
  }

  /** A login that begins now, for {@link openSince}. @throws AuthError `store_unavailable` */
  begin({ subject, clientId }: Pick<SessionFacts, 'subject' | 'clientId'>): Promise<LoginBeginning> {
    return this.store.beginLogin(subject, clientId);
  }

  /**
   * Opens a session. Whoever was logged out everywhere since the login was `begun` gets none; `undefined` stands for just now.
   * @throws AuthError `session_limit_reached`, `store_unavailable`; `invalid_grant` for one that was ended before it was opened
   */
  async openSince({ id, ...login }: KnownSession, begun: LoginBeginning | undefined): Promise<LoginOutcome> {
    const { clientId } = login;
    const facts = newFacts(login);
    const opened = await this.store.open(id, facts, { ...this.termsOf(clientId), begun });
    if (opened.verdict === 'superseded') return opened;
    if (opened.verdict === 'full') throw this.isFull();
    if (opened.verdict === 'ended')
      throw new AuthError('invalid_grant', { detail: 'the session was ended before it was opened' });
    this.told.opened({ ...login, sessionId: id }, opened.evicted, login.device);
    const session = this.opened({ id, facts, state: opened.state });
    return { verdict: 'opened', ...session, epoch: opened.epoch, lostAnswers: 0 };
  }

  /** A session with what its user may by now; `undefined`: nobody is that user any more. @throws what the host throws */
  renewed(session: KnownSession): ReturnType<typeof renewedBy> {
    return renewedBy(this.reload, session);
  }

  /** Reads the facts that {@link present} needs of a token, where there is a wait in which that costs nothing. Proves nothing. */
  lookAhead(shownBy: object, text: string): void {
    const token = this.mac.parse(text);
    if (token === undefined) return;
    const { sessionId } = token;
    const facts = this.store.recall(sessionId);
    // Heard by who presents the token, if anybody does.
    facts.catch(() => {});
    this.lookedUp.set(shownBy, { sessionId, facts });
  }

  /**
   * Looks at a refresh token before it may touch anything. Those that aren't authentic, or come from the wrong client,
   * the wrong sender or with too wide a scope, are refused. The host is asked about the user of any other.
   * @throws AuthError `store_unavailable`; what the host throws
   */
  async present(token: string, request: RotationRequest = {}): Promise<Presentation> {
    const found = await this.recognise(token, request);
    if ('verdict' in found) return this.refused(found, request.device);
    const { facts, answer } = found;
    const { sessionId: id, generation } = found.token;
    const refusal = refusalOf(facts, request);
    if (refusal !== undefined) return this.refused({ verdict: refusal }, request.device, { id, facts });
    const beganAt = performance.now();
    const { scope: requestedScope, allowedScope, device } = request;
    return this.reloaded(
      { id, generation, facts, answer, requestedScope, allowedScope, device },
      { ageMs: () => performance.now() - beganAt },
    );
  }

  /**
   * Asks the host once more, after a {@link turnOver} that was superseded.
   * @throws as {@link present}
   */
  presentAgain({ token }: PresentedToken, revocations: string): Promise<Presentation> {
    return this.reloaded(token, { revocations });
  }

  /**
   * Turns a presented refresh token over: from here on it is used, so whatever may fail comes before.
   * @throws AuthError `store_unavailable`
   */
  async turnOver({ session, token, reloaded }: PresentedToken): Promise<RefreshOutcome> {
    const { id, subject } = session;
    const { facts, generation } = token;
    const { idleTtlMs, replayUnconfirmedMs } = this.profileOf(facts.clientId);
    const { reuseWindowMs } = this.settings;
    const changes = reloaded && changesOf(reloaded, facts);
    const terms = { idleTtlMs, reuseWindowMs, replayUnconfirmedMs, reloaded: changes };
    const outcome = await this.store.rotate({ id, facts }, generation, terms);
    this.told.turnedOver(outcome.verdict, { sessionId: id, subject }, token.device);
    if (!('state' in outcome)) return outcome;
    const { verdict, state, epoch, lostAnswers } = outcome;
    return { verdict, ...this.opened({ id, facts: reloaded?.facts ?? facts, state }), epoch, lostAnswers };
  }

  /**
   * Gives up some refresh tokens: answers the sessions that the authentic ones belong to, used or not, for the caller to end;
   * first those that are known first.
   * @param clientId the client that gives them up; those of any other stay what they are
   * @throws AuthError `store_unavailable`
   */
  async *giveUp(texts: readonly string[], clientId?: string): AsyncGenerator<readonly string[]> {
    yield [...(await this.authenticBySession(texts, clientId)).keys()];
  }

  /**
   * Of some refresh tokens those that are authentic: of each session the newest, and the session of the latest login in
   * front. @throws AuthError `store_unavailable`
   */
  async authenticOf(texts: readonly string[]): Promise<readonly string[]> {
    return [...(await this.authenticBySession(texts)).values()];
  }

  /** Looks at no more than {@link MAX_CANDIDATES} that could be authentic. */
  private async authenticBySession(
    texts: readonly string[],
    clientId?: string,
  ): Promise<ReadonlyMap<string, string>> {
    const candidates = texts.filter((text) => this.mac.parse(text) !== undefined).slice(0, MAX_CANDIDATES);
    const found = await Promise.all(
      candidates.map(async (text) => ({ text, ...(await this.authenticate(text)) })),
    );
    return newestBySession(found, clientId);
  }

  /** The live session of a refresh token that would rotate now (RFC 7662), or `undefined`. @throws AuthError `store_unavailable` */
  async inspect(token: string): Promise<Session | undefined> {
    const found = await this.authenticate(token);
    if ('verdict' in found) return undefined;
    const session = await this.store.find(found.token.sessionId);
    if (session === undefined || found.token.generation < session.state.generation) return undefined;
    return sessionOf(session);
  }

  /** Whose session a refresh token that is presented belongs to. */
  protected recognise(text: string, { shownBy }: RotationRequest): Promise<Authentic> {
    return this.authenticate(text, shownBy);
  }

  /** On what terms a session of a client is opened. */
  protected termsOf(clientId: string): Omit<SessionTerms, 'begun'> {
    const { maxSessionsPerSubject: maxSessions, whenFull } = this.settings;
    return { ...this.profileOf(clientId), maxSessions, whenFull };
  }

  protected isFull(): AuthError {
    const detail = `subject has ${this.settings.maxSessionsPerSubject} sessions`;
    return new AuthError('session_limit_reached', { detail });
  }

  private async reloaded(token: AuthenticToken, begun: LoginBeginning): Promise<Presentation> {
    const { id, facts, requestedScope, allowedScope, device } = token;
    const user = await this.reload?.(knownOf(id, facts));
    if (this.reload !== undefined && user === undefined)
      return this.refused({ verdict: 'disowned', sessionId: id }, device, token);
    const reloaded = user && { begun, facts: factsAfter(facts, user) };
    const session = knownOf(id, reloaded?.facts ?? facts);
    const limits = [allowedScope, requestedScope].filter((limit) => limit !== undefined);
    const scope = limits.reduce((granted, limit) => commonScope(limit, granted), session.scope);
    const needsScope = allowedScope !== undefined || (requestedScope?.length ?? 0) > 0;
    if (needsScope && scope?.length === 0) return this.refused({ verdict: 'scope-exceeded' }, device, token);
    return { session, scope, token, reloaded, answer: user === undefined ? token.answer : user.answer };
  }

  private profileOf(clientId: string): SessionProfile {
    return this.settings.profiles.get(clientId) ?? this.settings.standard;
  }

  private async authenticate(text: string, shownBy?: object): Promise<Authentic> {
    const token = this.mac.parse(text);
    if (token === undefined) return { verdict: 'malformed' };
    const facts = await (this.takeLookedUp(shownBy, token.sessionId) ?? this.store.recall(token.sessionId));
    if (typeof facts === 'string') return { verdict: facts };
    return this.mac.isAuthentic(token, facts.salt) ? { token, facts } : { verdict: 'malformed' };
  }

  /** Once only: whatever is asked a second time, or failed meanwhile, is read anew. */
  private takeLookedUp(shownBy: object | undefined, sessionId: string): LookedUp['facts'] | undefined {
    const found = shownBy && this.lookedUp.get(shownBy);
    if (shownBy !== undefined) this.lookedUp.delete(shownBy);
    return found?.sessionId === sessionId ? found.facts.catch(() => this.store.recall(sessionId)) : undefined;
  }

  private opened(session: StoredSession): Pick<OpenedSession, 'session' | 'refreshToken'> {
    const { id, facts, state } = session;
    return {
      session: sessionOf(session),
      refreshToken: this.mac.write(id, state.generation, facts.salt),
    };
  }

  private refused<T extends Refusal | Disowned>(
    refusal: T,
    device: RotationRequest['device'],
    session?: Pick<StoredSession, 'id' | 'facts'>,
  ): T {
    const about = session && { sessionId: session.id, subject: session.facts.subject };
    this.told.refused(refusal.verdict, device, about);
    return refusal;
  }
}

function knownOf(id: string, { salt: _salt, ...known }: StoredFacts): KnownSession {
  return { id, ...known };
}

/** A session as the rest of the library sees it: without its salt, its generation, and what only tokens say. */
export function sessionOf({ id, facts, state }: StoredSession): Session {
  const { salt: _salt, claims: _claims, granted: _granted, ...known } = facts;
  const { generation: _generation, ...times } = state;
  return { id, ...known, ...times };
}
