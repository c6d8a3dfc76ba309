import { hashSubject, SubjectKeys } from '../../../../libs/auth/src/subjects/subject-keys.js';
import type { RotationTerms, StoredFacts } from '../../../../libs/auth/src/sessions/session.store.js';
import type { StoreState } from '../protocol/joint-stores.js';
import {
  BEGINNING,
  type MemoryState,
  memoryOf,
  type MemoryWorld,
  valueOf,
} from '../protocol/memory-worlds.js';
import { KEY_SPACE } from '../protocol/scripted-redis.js';
import { packed, unpacked } from '../protocol/world-server.js';
import { blacklistSettings } from '../session-media.js';
import { facts as loginFacts } from '../session-services.js';
import type { StoredState } from './world.js';

const DAY_MS = 86_400_000;
const WINDOW_MS = 10_000;
const ACCESS_TOKEN_MS = 960_000;
const FACTS: StoredFacts = { ...loginFacts(), salt: 'c2FsdA' };
const ANSWERS = 512;

export const SETTINGS = blacklistSettings(
  {},
  { accessTokenLifetimeMs: ACCESS_TOKEN_MS, longestLoginMs: ACCESS_TOKEN_MS },
);

/** The session of the exploration. */
export const SESSION = { id: `${hashSubject(FACTS.subject)}${'A'.repeat(22)}`, facts: FACTS };
const KEYS = SubjectKeys.ofSession(KEY_SPACE, SESSION.id);
export const PARTITION = '_6';

/** The defaults of the library. */
export const TERMS: RotationTerms = {
  idleTtlMs: 7 * DAY_MS,
  reuseWindowMs: WINDOW_MS,
  replayUnconfirmedMs: 7 * DAY_MS,
};

const LIVES = { idle: BEGINNING + 7 * DAY_MS, absolute: BEGINNING + 30 * DAY_MS };

/** Memory that stands where a world stands. */
export function memoryAt({
  generation,
  lostAnswers,
  counting,
  isConfirmed,
  isRecent,
  hasEnded,
}: StoredState): MemoryWorld {
  const state: MemoryState = memoryOf(undefined, BEGINNING, SETTINGS);
  const { subject, clientId } = FACTS;
  const now = state.clock.elapsed();
  const changedAt = isRecent ? now : now - WINDOW_MS;
  const record = {
    subject,
    clientId,
    facts: FACTS,
    createdAt: now,
    lastUsedAt: now,
    rotatedAt: changedAt,
    answeredAt: changedAt,
    lostAnswers,
    confirmedAt: isConfirmed ? changedAt : undefined,
    generation,
    idleExpiresAt: now + 7 * DAY_MS,
    absoluteExpiresAt: now + 30 * DAY_MS,
    epoch: state.epochs.ofClient(clientId),
  };
  state.add(SESSION.id, record, ACCESS_TOKEN_MS);
  for (const each of counting) state.lostAnswers.note(SESSION.id, each, ACCESS_TOKEN_MS);
  if (hasEnded) state.end(SESSION.id, ACCESS_TOKEN_MS);
  return valueOf(state);
}

/** Keys of Redis that stand where a world stands. */
export function keysAt({
  generation,
  lostAnswers,
  counting,
  isConfirmed,
  isRecent,
  hasEnded,
}: StoredState): string {
  const changedAt = isRecent ? BEGINNING : BEGINNING - WINDOW_MS;
  const answer = changedAt + ((lostAnswers % ANSWERS) + (isConfirmed ? 0 : ANSWERS)) / 1024;
  // The rotation is always as long ago as it can be: what is recent is the last answer, or the first use.
  const state = [BEGINNING, BEGINNING - WINDOW_MS, LIVES.idle, LIVES.absolute, generation, answer, BEGINNING];
  const keys: [key: string, end: number, kind: 'string' | 'zset', value: string][] = [
    [KEYS.globalEpoch, LIVES.absolute + ACCESS_TOKEN_MS, 'string', String(BEGINNING)],
  ];
  if (counting.length > 0)
    keys.push([
      KEYS.lostAnswers(SESSION.id),
      BEGINNING + ACCESS_TOKEN_MS,
      'string',
      doubles(counting.flat()),
    ]);
  if (hasEnded) keys.push([KEYS.endMark(SESSION.id), BEGINNING + ACCESS_TOKEN_MS, 'string', '1']);
  else {
    const end = LIVES.idle + ACCESS_TOKEN_MS;
    keys.push([KEYS.record(SESSION.id), end, 'string', doubles(state) + JSON.stringify(FACTS)]);
    keys.push([KEYS.index, end, 'zset', packed([String(LIVES.idle), SESSION.id])]);
  }
  return packed(keys.toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap((each) => each.map(String)));
}

export function readMemory({ memory }: StoreState, before: StoredState): StoredState {
  const state = memoryOf(memory, BEGINNING, SETTINGS);
  const record = state.record(SESSION.id);
  if (record === undefined) return { ...before, hasEnded: true };
  const { generation, lostAnswers, confirmedAt, rotatedAt, answeredAt } = record;
  const changedAt = Math.max(rotatedAt, answeredAt, confirmedAt ?? rotatedAt);
  const isRecent = state.clock.elapsed() - changedAt < WINDOW_MS;
  const counting = state.lostAnswers.of(SESSION.id);
  return {
    generation,
    lostAnswers,
    counting,
    isConfirmed: confirmedAt !== undefined,
    isRecent,
    hasEnded: false,
  };
}

export function readKeys({ keys }: StoreState, before: StoredState): StoredState {
  const parts = unpacked(keys);
  const valueOfKey = (key: string): string =>
    parts.includes(key) ? (parts[parts.indexOf(key) + 3] ?? '') : '';
  const record = valueOfKey(KEYS.record(SESSION.id));
  if (record === '') return { ...before, hasEnded: true };
  const [, used = 0, , , generation = 0, stored = 0] = numbersIn(record.slice(0, 56));
  const fraction = (stored - Math.floor(stored)) * 1024;
  const counted = numbersIn(valueOfKey(KEYS.lostAnswers(SESSION.id)));
  const counting = counted.flatMap((of, at) => (at % 2 === 0 ? [[of, counted[at + 1] ?? 0] as const] : []));
  const isRecent = BEGINNING - Math.max(used, Math.floor(stored)) < WINDOW_MS;
  return {
    generation,
    lostAnswers: fraction % ANSWERS,
    counting,
    isConfirmed: fraction < ANSWERS,
    isRecent,
    hasEnded: false,
  };
}

function doubles(numbers: readonly number[]): string {
  const bytes = Buffer.alloc(8 * numbers.length);
  numbers.forEach((number, at) => bytes.writeDoubleBE(number, 8 * at));
  return bytes.toString('latin1');
}

function numbersIn(text: string): readonly number[] {
  const bytes = Buffer.from(text, 'latin1');
  return Array.from({ length: bytes.length / 8 }, (_, at) => bytes.readDoubleBE(8 * at));
}
