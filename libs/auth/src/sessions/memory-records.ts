import type { SessionRecord } from '../subjects/memory-session-record.js';
import type { SessionPage, SessionTerms, StoredFacts, StoredSession } from './session.store.js';

/** The record of a session that is opened now. */
export function newRecord(
  facts: StoredFacts,
  { idleTtlMs, absoluteTtlMs }: Pick<SessionTerms, 'idleTtlMs' | 'absoluteTtlMs'>,
  { now, generation, epoch }: { readonly now: number; readonly generation: number; readonly epoch: number },
): SessionRecord<StoredFacts> {
  const { subject, clientId } = facts;
  return {
    subject,
    clientId,
    facts,
    createdAt: now,
    lastUsedAt: now,
    rotatedAt: Number.NEGATIVE_INFINITY,
    answeredAt: Number.NEGATIVE_INFINITY,
    lostAnswers: 0,
    confirmedAt: undefined,
    generation,
    idleExpiresAt: now + idleTtlMs,
    absoluteExpiresAt: now + absoluteTtlMs,
    epoch,
  };
}

type Place = NonNullable<SessionPage['after']>;

/** Where a session stands in the list of its subject. */
export function placeOf({ id, state }: StoredSession): Place {
  return { id, idleExpiresAt: state.idleExpiresAt };
}

/** Orders places: the session that has been idle longest in front. */
export function byExpiry(a: Place, b: Place): number {
  return a.idleExpiresAt - b.idleExpiresAt || (a.id < b.id ? -1 : Number(a.id > b.id));
}
