import { Injectable } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { randomId } from '../kernel/opaque.js';
import { isScopeWithin } from '../kernel/scope.js';
import { createSessionId } from '../token-blacklist/subject/session-id.js';
import {
  RefreshSessionStore,
  type RotationVerdict,
  type StoredFacts,
  type StoredSession,
} from './refresh-session.store.js';
import { RefreshSessionsSettings } from './refresh-sessions.settings.js';
import { parseRefreshToken, RefreshTokenMac, type RefreshTokenParts } from './refresh-token.js';
import { boundedDevice, type Session, type SessionFacts } from './session.js';
import { sessionOf } from './session-view.js';

/** What a login or refresh hands out. */
export interface SessionGrant {
  readonly session: Session;
  readonly refreshToken: string;
  /** Epoch the access token must carry. */
  readonly epoch: number;
  /**
   * Use it as `iat` of the access token: taken before the store decided, so a revocation that the store ordered after
   * this grant outlives the token.
   */
  readonly issuedAt: number;
}

/** What a refresh must match, as far as the caller knows it. */
export interface RotationRequest {
  /** The client that asks; must be the session's. */
  readonly clientId?: string | undefined;
  /** What the sender proved to hold; must be the session's binding if it has one. */
  readonly binding?: string | undefined;
  /** Narrower scope for the access token; the session keeps its own. */
  readonly scope?: readonly string[] | undefined;
}

/** Answer to a refresh. Only `reused` has an effect beyond the answer: the session and its access tokens are dead. */
export type RefreshOutcome =
  | ({ readonly verdict: 'rotated' | 'replayed' } & SessionGrant)
  | {
      readonly verdict:
        'reused' | 'revoked' | 'expired' | 'unknown' | 'mismatched' | 'malformed' | 'scope-exceeded';
    };

type Authentic =
  | { readonly token: RefreshTokenParts; readonly facts: StoredFacts }
  | { readonly verdict: 'malformed' | 'revoked' | 'unknown' };

/** Opens sessions and turns refresh tokens over. */
@Injectable()
export class RefreshSessionService {
  private readonly mac: RefreshTokenMac;

  constructor(
    private readonly store: RefreshSessionStore,
    private readonly settings: RefreshSessionsSettings,
    private readonly events: AuthEvents,
    private readonly clock: Clock,
  ) {
    this.mac = new RefreshTokenMac(settings.macSecrets);
  }

  /** Opens a session after a login. @throws AuthError `session_limit_reached`, `store_unavailable` */
  async open(login: SessionFacts): Promise<SessionGrant> {
    const issuedAt = this.clock.now();
    const { subject, clientId } = login;
    const id = createSessionId(subject);
    const facts = { ...login, device: boundedDevice(login.device), salt: randomId(16) };
    const { maxSessionsPerSubject: maxSessions, whenFull } = this.settings;
    const terms = { ...this.settings.profileOf(clientId), maxSessions, whenFull };
    const opened = await this.store.open(id, facts, terms);
    if (opened.verdict === 'full') {
      throw new AuthError('session_limit_reached', { detail: `subject has ${maxSessions} sessions` });
    }
    this.events.emit('session.opened', { sessionId: id, subject, clientId });
    for (const sessionId of opened.evicted) this.events.emit('session.evicted', { sessionId, subject });
    return { ...this.grant({ id, facts, state: opened.state }), epoch: opened.epoch, issuedAt };
  }

  /**
   * Turns a refresh token over. Tokens that aren't authentic, or come from the wrong client, the wrong sender or with
   * too wide a scope, touch nothing. @throws AuthError `store_unavailable`
   */
  async rotate(token: string, request: RotationRequest = {}): Promise<RefreshOutcome> {
    const issuedAt = this.clock.now();
    const found = await this.authenticate(token);
    if ('verdict' in found) return found;
    const { facts } = found;
    const refusal = refuse(facts, request);
    if (refusal !== undefined) return { verdict: refusal };
    const id = found.token.sessionId;
    const { idleTtlMs } = this.settings.profileOf(facts.clientId);
    const { reuseWindowMs } = this.settings;
    const outcome = await this.store.rotate({ id, facts }, found.token.generation, {
      idleTtlMs,
      reuseWindowMs,
    });
    this.tell(outcome.verdict, { sessionId: id, subject: facts.subject });
    if (!('state' in outcome)) return outcome;
    const { verdict, state, epoch } = outcome;
    return { verdict, ...this.grant({ id, facts, state }), epoch, issuedAt };
  }

  /** The session an authentic refresh token belongs to, used or not; `undefined` for anything else. @throws AuthError `store_unavailable` */
  async sessionIdOf(token: string): Promise<string | undefined> {
    const found = await this.authenticate(token);
    return 'verdict' in found ? undefined : found.token.sessionId;
  }

  /** The live session of a refresh token that would rotate now (RFC 7662), or `undefined`. @throws AuthError `store_unavailable` */
  async inspect(token: string): Promise<Session | undefined> {
    const found = await this.authenticate(token);
    if ('verdict' in found) return undefined;
    const session = await this.store.find(found.token.sessionId);
    if (session === undefined || found.token.generation < session.state.generation) return undefined;
    return sessionOf(session);
  }

  private async authenticate(text: string): Promise<Authentic> {
    const token = parseRefreshToken(this.settings.tokenPrefix, text);
    if (token === undefined) return { verdict: 'malformed' };
    const facts = await this.store.recall(token.sessionId);
    if (typeof facts === 'string') return { verdict: facts };
    return this.mac.isAuthentic(token, facts.salt) ? { token, facts } : { verdict: 'malformed' };
  }

  private grant(session: StoredSession): Pick<SessionGrant, 'session' | 'refreshToken'> {
    const { id, facts, state } = session;
    const { tokenPrefix } = this.settings;
    return {
      session: sessionOf(session),
      refreshToken: this.mac.write(tokenPrefix, id, state.generation, facts.salt),
    };
  }

  private tell(verdict: RotationVerdict['verdict'], session: { sessionId: string; subject: string }): void {
    if (verdict === 'rotated') this.events.emit('refresh.rotated', session);
    if (verdict === 'replayed') this.events.emit('refresh.replayed', session);
    if (verdict === 'reused') this.events.emit('refresh.reuse', session);
  }
}

function refuse(
  facts: SessionFacts,
  { clientId, binding, scope }: RotationRequest,
): 'mismatched' | 'scope-exceeded' | undefined {
  if (clientId !== undefined && clientId !== facts.clientId) return 'mismatched';
  if (facts.binding !== undefined && binding !== facts.binding) return 'mismatched';
  const exceeds = scope !== undefined && facts.scope !== undefined && !isScopeWithin(scope, facts.scope);
  return exceeds ? 'scope-exceeded' : undefined;
}
