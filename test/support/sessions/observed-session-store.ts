import {
  type RecallVerdict,
  SessionStore,
  type RotationTerms,
  type RotationVerdict,
  type StoredSession,
} from '../../../libs/auth/src/sessions/session.store.js';

/** Where something can happen between the steps of a refresh. */
export type RefreshStep = 'before recall' | 'before rotate' | 'after rotate';

/** Where something can happen in a login or a refresh. */
type ObservedStep = RefreshStep | 'before open';

/** A real store that lets a test act between the steps of a refresh, and before a session is opened. */
export class ObservedSessionStore extends SessionStore {
  constructor(
    private readonly store: SessionStore,
    private readonly at: (step: ObservedStep) => Promise<void>,
  ) {
    super();
  }

  override async open(...login: Parameters<SessionStore['open']>): ReturnType<SessionStore['open']> {
    await this.at('before open');
    return this.store.open(...login);
  }

  override async adopt(...terms: Parameters<SessionStore['adopt']>): ReturnType<SessionStore['adopt']> {
    await this.at('before open');
    return this.store.adopt(...terms);
  }

  override withdraw(...terms: Parameters<SessionStore['withdraw']>): ReturnType<SessionStore['withdraw']> {
    return this.store.withdraw(...terms);
  }

  override beginLogin(
    ...login: Parameters<SessionStore['beginLogin']>
  ): ReturnType<SessionStore['beginLogin']> {
    return this.store.beginLogin(...login);
  }

  override async recall(sessionId: string): Promise<RecallVerdict> {
    await this.at('before recall');
    return this.store.recall(sessionId);
  }

  override async rotate(
    session: Pick<StoredSession, 'id' | 'facts'>,
    generation: number,
    terms: RotationTerms,
  ): Promise<RotationVerdict> {
    await this.at('before rotate');
    const verdict = await this.store.rotate(session, generation, terms);
    await this.at('after rotate');
    return verdict;
  }

  override find(sessionId: string): ReturnType<SessionStore['find']> {
    return this.store.find(sessionId);
  }

  override list(...page: Parameters<SessionStore['list']>): ReturnType<SessionStore['list']> {
    return this.store.list(...page);
  }

  override revokeOthers(sessionId: string): ReturnType<SessionStore['revokeOthers']> {
    return this.store.revokeOthers(sessionId);
  }
}
