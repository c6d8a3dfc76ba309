import type { SessionStore } from '../../../../libs/auth/src/sessions/session.store.js';
import type { TokenBlacklistStore } from '../../../../libs/auth/src/token-blacklist/token-blacklist.store.js';

/** Both stores of a medium. */
export interface Stores {
  readonly sessions: SessionStore;
  readonly blacklist: TokenBlacklistStore;
}

/** Something that is asked of the stores. */
export type Verb<Answer> = (stores: Stores) => Promise<Answer>;
