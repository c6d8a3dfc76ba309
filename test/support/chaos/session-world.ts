import type { StoredState } from '../sessions/exploration/world.js';
import type { Granted, Issue } from './operation.js';

/** When something happened: after `from`, before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a session may be like: as in the exploration of sessions, but with time as far as it is known from outside. */
export interface SessionWorld extends Omit<StoredState, 'isConfirmed' | 'isRecent'> {
  readonly hasBegun: boolean;
  /** Whether an access token of the current generation was used. */
  readonly isUsed: boolean;
  /** When it was rotated last. */
  readonly rotatedAt: Span;
  /** When the current generation was used first, or else handed out last. */
  readonly since: Span;
}

/** What happens to one session. `end`: its subject is logged out everywhere. */
export type Step =
  | { readonly do: 'login' | 'end' }
  | { readonly do: 'use' | 'logout'; readonly shown: Issue }
  | { readonly do: 'refresh'; readonly presented: number };

/** What the caller is told. */
export type Outcome = 'done' | 'refused' | Pick<Granted, 'generation' | 'answer'>;

/** One way a step may go. */
export interface Turn {
  readonly outcome: Outcome;
  readonly world: SessionWorld;
}

/** What the model has to know of the app. */
export interface SessionTerms {
  readonly reuseWindowMs: number;
  /** Whether a use may go unnoticed: a server that takes no writes still checks tokens. */
  readonly usesMayBeLost: boolean;
}

// Clocks of different processes, and what rounds to milliseconds.
const TOLERANCE_MS = 25;
const LONG_AGO: Span = { from: Number.NEGATIVE_INFINITY, to: Number.NEGATIVE_INFINITY };

/** Before its login. */
export const UNBORN: SessionWorld = {
  hasBegun: false,
  hasEnded: false,
  generation: 0,
  lostAnswers: 0,
  counting: [],
  isUsed: false,
  rotatedAt: LONG_AGO,
  since: LONG_AGO,
};

/** All ways a step may go when it happens within `at`; none when it can't be. */
export function turnsOf(world: SessionWorld, step: Step, at: Span, terms: SessionTerms): readonly Turn[] {
  switch (step.do) {
    case 'login':
      return [{ outcome: 'done', world: { ...world, hasBegun: true } }];
    case 'end':
      return [{ outcome: 'done', world: world.hasBegun ? ended(world) : world }];
    case 'use':
      return isGood(world, step.shown) ? uses(world, step.shown, at, terms) : [{ outcome: 'refused', world }];
    case 'logout':
      return logouts(world, step.shown);
    case 'refresh':
      return refreshes(world, step.presented, at, terms);
  }
}

/** Two worlds with one key behave alike, but for when things happened. */
export function keyOf({ rotatedAt: _rotatedAt, since: _since, ...rest }: SessionWorld): string {
  return JSON.stringify(rest);
}

/** A world that allows what either of two does that have one key. */
export function joined(one: SessionWorld, other: SessionWorld): SessionWorld {
  return {
    ...one,
    rotatedAt: hull(one.rotatedAt, other.rotatedAt),
    since: hull(one.since, other.since),
  };
}

function hull(one: Span, other: Span): Span {
  return { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) };
}

function ended(world: SessionWorld): SessionWorld {
  return { ...world, hasEnded: true };
}

function isGood({ hasEnded, counting }: SessionWorld, { generation, answer }: Issue): boolean {
  const [, lost = 0] = counting.find(([of]) => of === generation) ?? [];
  return !hasEnded && answer >= lost;
}

/** The first use of the current generation is remembered. */
function uses(world: SessionWorld, shown: Issue, at: Span, terms: SessionTerms): readonly Turn[] {
  const isFirst = shown.generation === world.generation && shown.generation > 0 && !world.isUsed;
  const unnoticed: Turn = { outcome: 'done', world };
  if (!isFirst) return [unnoticed];
  const noticed: Turn = { outcome: 'done', world: { ...world, isUsed: true, since: at } };
  return terms.usesMayBeLost ? [noticed, unnoticed] : [noticed];
}

/** Looks at the token first and ends the session then: somebody else may have ended it in between. */
function logouts(world: SessionWorld, shown: Issue): readonly Turn[] {
  const refused: Turn = { outcome: 'refused', world };
  if (isGood(world, shown)) return [{ outcome: 'done', world: ended(world) }];
  return world.hasEnded ? [refused, { outcome: 'done', world }] : [refused];
}

function refreshes(world: SessionWorld, presented: number, at: Span, terms: SessionTerms): readonly Turn[] {
  if (world.hasEnded) return [{ outcome: 'refused', world }];
  if (presented > world.generation) return [];
  if (presented === world.generation) return [rotated(world, at)];
  const reused: Turn = { outcome: 'refused', world: ended(world) };
  if (presented < world.generation - 1) return [reused];
  return [
    ...(mayBeReplayed(world, at, terms) ? replayed(world, at, terms) : []),
    ...(mayBeReuse(world, at, terms) ? [reused] : []),
  ];
}

function rotated(world: SessionWorld, at: Span): Turn {
  const generation = world.generation + 1;
  return {
    outcome: { generation, answer: 0 },
    world: { ...world, generation, lostAnswers: 0, isUsed: false, rotatedAt: at, since: at },
  };
}

/** The same successor once more; the answers before are taken for lost when the last one was longer ago than the window. */
function replayed(world: SessionWorld, at: Span, { reuseWindowMs }: SessionTerms): readonly Turn[] {
  const { generation, lostAnswers, isUsed, since } = world;
  const again: Turn = { outcome: { generation, answer: lostAnswers }, world };
  if (isUsed || !mayBeOutside(since, at, reuseWindowMs)) return [again];
  const answer = lostAnswers + 1;
  const counting = [...world.counting.filter(([of]) => of !== generation), [generation, answer] as const];
  const anew: Turn = {
    outcome: { generation, answer },
    world: { ...world, lostAnswers: answer, counting, since: at },
  };
  return mayBeWithin(since, at, reuseWindowMs) ? [again, anew] : [anew];
}

function mayBeReplayed({ isUsed, rotatedAt, since }: SessionWorld, at: Span, terms: SessionTerms): boolean {
  const { reuseWindowMs } = terms;
  return !isUsed || mayBeWithin(rotatedAt, at, reuseWindowMs) || mayBeWithin(since, at, reuseWindowMs);
}

function mayBeReuse({ isUsed, rotatedAt, since }: SessionWorld, at: Span, terms: SessionTerms): boolean {
  const { reuseWindowMs } = terms;
  return isUsed && mayBeOutside(rotatedAt, at, reuseWindowMs) && mayBeOutside(since, at, reuseWindowMs);
}

function mayBeWithin(since: Span, at: Span, windowMs: number): boolean {
  return at.from - since.to < windowMs + TOLERANCE_MS;
}

function mayBeOutside(since: Span, at: Span, windowMs: number): boolean {
  return at.to - since.from >= windowMs - TOLERANCE_MS;
}
