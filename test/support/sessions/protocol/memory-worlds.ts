import { MemorySessionStore } from '../../../../libs/auth/src/sessions/memory-session.store.js';
import type { StoredFacts } from '../../../../libs/auth/src/sessions/session.store.js';
import type { ExpiringMap } from '../../../../libs/auth/src/memory/expiring-map.js';
import { MemorySessionState } from '../../../../libs/auth/src/subjects/memory-session-state.js';
import { ManualClock } from '../../../../libs/auth/src/testing/manual-clock.js';
import { MemoryTokenBlacklistStore } from '../../../../libs/auth/src/token-blacklist/memory-token-blacklist.store.js';
import type { TokenBlacklistSettings } from '../../../../libs/auth/src/token-blacklist/token-blacklist.settings.js';
import type { Stores } from './verbs.js';

export type MemoryState = MemorySessionState<StoredFacts>;
/** Makes the stores over a state; a planted bug makes others. */
export type MakeStores = (state: MemoryState) => Stores;

export const soundStores: MakeStores = (state) => ({
  sessions: new MemorySessionStore(state),
  blacklist: new MemoryTokenBlacklistStore(state),
});

type Entries = readonly (readonly [key: unknown, entry: object])[];

/** All that memory knows, as a value. */
export interface MemoryWorld {
  readonly maps: readonly Entries[];
  readonly index: readonly (readonly [string, readonly string[]])[];
  readonly epochs: object;
}

/** When a world begins. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/** The memory of a world at a time; what has expired by then is gone. `undefined`: a process that starts now. */
export function memoryOf(
  world: MemoryWorld | undefined,
  now: number,
  settings: TokenBlacklistSettings,
): MemoryState {
  const clock = new ManualClock(BEGINNING);
  clock.advance(now - BEGINNING);
  const state = new MemorySessionState<StoredFacts>(clock, settings);
  if (world === undefined) return state;
  mapsOf(state).forEach((map, place) => {
    for (const [key, entry] of world.maps[place]!) map['entries'].set(key, copyOf(entry) as never);
    // What has expired is looked for.
    map['earliestDeadline'] = Number.NEGATIVE_INFINITY;
  });
  for (const [hash, ids] of world.index) state['index'].set(hash, new Set(ids));
  Object.assign(state.epochs, world.epochs);
  state.sweep();
  return state;
}

export function valueOf(state: MemoryState): MemoryWorld {
  state.sweep();
  const { startedAt, tokensEndAt, sessionsEndAt, global } = state.epochs as unknown as Record<string, number>;
  return {
    maps: mapsOf(state).map((map) => sorted([...map['entries']].map(([key, entry]) => [key, copyOf(entry)]))),
    index: sorted([...state['index']].map(([hash, ids]) => [hash, [...ids].sort()])),
    epochs: { startedAt, tokensEndAt, sessionsEndAt, global },
  };
}

function mapsOf(state: MemoryState): readonly ExpiringMap<unknown, unknown>[] {
  const { tokens, adopted, epochs, lostAnswers, revocations } = state;
  const inner = [
    state['endMarks'],
    tokens,
    adopted,
    epochs['counters'],
    lostAnswers['known'],
    revocations['marks'],
  ];
  return [state['records'], ...inner];
}

/** Records change; the other values are replaced. */
function copyOf<E extends object>(entry: E): E {
  const { value } = entry as { readonly value?: unknown };
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? { ...entry, value: { ...value } } : { ...entry };
}

function sorted<E extends readonly [unknown, unknown]>(entries: readonly E[]): readonly E[] {
  return entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

const texts = new WeakMap<MemoryWorld, string>();

/** Tells infinite numbers and what is missing apart from nothing. */
export function textOf(world: MemoryWorld): string {
  let text = texts.get(world);
  if (text === undefined) {
    text = JSON.stringify(world, (_name, value: unknown) =>
      value === undefined || value === Number.NEGATIVE_INFINITY ? String(value) : value,
    );
    texts.set(world, text);
  }
  return text;
}
