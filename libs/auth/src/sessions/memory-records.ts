import type { SessionRecord } from '../subjects/memory-session-record.js';
import type {
  RotationTerms,
  SessionPage,
  SessionTerms,
  StoredFacts,
  StoredSession,
} from './session.store.js';

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

/** Turns the refresh token of a session over. */
export function advance(
  record: SessionRecord,
  presented: number,
  { now, idleTtlMs }: { readonly now: number; readonly idleTtlMs: number },
): void {
  record.generation = presented + 1;
  record.rotatedAt = now;
  record.answeredAt = now;
  record.lostAnswers = 0;
  record.confirmedAt = undefined;
  record.lastUsedAt = now;
  record.idleExpiresAt = Math.min(now + idleTtlMs, record.absoluteExpiresAt);
}

/** Whether the last answer is taken for lost once it is asked for again. */
export function isLost(
  { confirmedAt, answeredAt }: SessionRecord,
  now: number,
  reuseWindowMs: number,
): boolean {
  return confirmedAt === undefined && now - answeredAt >= reuseWindowMs;
}

/** What a presented generation is, by the record and the clock. */
export function judge(
  record: SessionRecord,
  presented: number,
  now: number,
  terms: RotationTerms,
): 'rotated' | 'replayed' | 'reused' {
  if (presented >= record.generation) return 'rotated';
  return presented === record.generation - 1 && isReplayable(record, now, terms) ? 'replayed' : 'reused';
}

function isReplayable(
  { rotatedAt, confirmedAt }: SessionRecord,
  now: number,
  { reuseWindowMs, replayUnconfirmedMs = 0 }: RotationTerms,
): boolean {
  if (now - rotatedAt < reuseWindowMs) return true;
  if (confirmedAt === undefined) return now - rotatedAt < replayUnconfirmedMs;
  // Retries that were on their way while the successor was used for the first time.
  return confirmedAt - rotatedAt < replayUnconfirmedMs && now - confirmedAt < reuseWindowMs;
}
