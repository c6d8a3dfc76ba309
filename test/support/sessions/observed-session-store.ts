import {
  type RecallVerdict,
  RefreshSessionStore,
  type RotationTerms,
  type RotationVerdict,
  type StoredSession,
} from '../../../libs/auth/src/refresh-sessions/refresh-session.store.js';

/** Where something can happen between the steps of a refresh. */
export type RefreshStep = 'before recall' | 'before rotate' | 'after rotate';

/** A real store that lets a test act between the steps of a refresh. */
export class ObservedSessionStore extends RefreshSessionStore {
  constructor(
    private readonly store: RefreshSessionStore,
    private readonly at: (step: RefreshStep) => Promise<void>,
  ) {
    super();
  }

  override open(...login: Parameters<RefreshSessionStore['open']>): ReturnType<RefreshSessionStore['open']> {
    return this.store.open(...login);
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

  override find(sessionId: string): ReturnType<RefreshSessionStore['find']> {
    return this.store.find(sessionId);
  }

  override list(subject: string): ReturnType<RefreshSessionStore['list']> {
    return this.store.list(subject);
  }

  override revokeOthers(sessionId: string): ReturnType<RefreshSessionStore['revokeOthers']> {
    return this.store.revokeOthers(sessionId);
  }
}
