import type { StoredSession } from './refresh-session.store.js';
import type { Session } from './session.js';

/** A session as the rest of the library sees it: without its salt and generation. */
export function sessionOf({ id, facts, state }: StoredSession): Session {
  const { salt: _salt, ...known } = facts;
  const { generation: _generation, ...times } = state;
  return { id, ...known, ...times };
}
