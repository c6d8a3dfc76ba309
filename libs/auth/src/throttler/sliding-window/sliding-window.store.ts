import type { Proviso } from '../../redis/calls.js';
import type { Answered } from '../../redis/joint/turn-batch.js';

/** Whose quota, under which throttler. */
export interface WindowId {
  /** Name of the throttler; two names never influence each other. */
  readonly name: string;
  /** Who is being counted: an address, a subject, a route and a client. Windows of one key live in one Cluster slot. */
  readonly key: string;
  /** `exact` keeps every accepted instant; `bounded` keeps 12 counters, whatever the limit. @default 'exact' */
  readonly precision?: WindowPrecision;
  /** What it counts. A store in memory keeps each kind apart, so that none takes room from another. @default 'requests' */
  readonly counts?: WindowContent;
}

/** Where a store in memory is full it forgets the requests or logins that matter least, and failures never: it refuses new ones. */
export type WindowContent = 'requests' | 'logins' | 'failures';

/** How a window is kept: each instant, or 12 counters that never admit more but may refuse a little early. */
export type WindowPrecision = 'exact' | 'bounded';

/** One question to one window. */
export interface WindowHit extends WindowId {
  /** Units that fit in any interval of length `windowMs`; 0 refuses always. */
  readonly limit: number;
  readonly windowMs: number;
  /**
   * How long a refusal shuts the window; 0 for a pure sliding window. The block replaces what was counted: once it is over
   * the window is empty, so `limit` holds between blocks, not across a block that is shorter than the window.
   */
  readonly blockMs: number;
  /** Units this call takes. */
  readonly cost: number;
  /** A dry run is counted and answered, but its refusal doesn't keep the others from spending. @default false */
  readonly dryRun?: boolean;
}

/** The units were spent. */
export interface WindowAdmission {
  readonly outcome: 'admitted';
  /** Units in the window, those of this call included. */
  readonly used: number;
  /** Until the oldest unit leaves the window. */
  readonly resetMs: number;
}

/** There was no room; nothing was spent. */
export interface WindowRefusal {
  readonly outcome: 'refused';
  /** Units this call would have made; as counted when the refusal began, where refusals are remembered. */
  readonly used: number;
  /** A call of the same cost that comes this much later, alone, is admitted. */
  readonly waitMs: number;
}

/** There was room, but another window of the same call refused: nothing was spent. */
export interface WindowUncounted {
  readonly outcome: 'uncounted';
  /** Units in the window; absent where a refusal is remembered and nobody looked. */
  readonly used?: number;
}

/** The answer of one window. */
export type WindowVerdict = WindowAdmission | WindowRefusal | WindowUncounted;

/** The hits of one call, asked in one wait and decided one after another: what refuses keeps what follows from being asked. */
export interface HitSequence {
  /** Of one key. */
  readonly first: readonly WindowHit[];
  /** What else has to hold in the same store, before anything of {@link second} is spent. */
  readonly proviso?: Proviso | undefined;
  /** Of one key. */
  readonly second: readonly WindowHit[];
}

/** The verdicts on a {@link HitSequence}. */
export interface SequenceVerdicts {
  readonly first: readonly WindowVerdict[];
  /** Whether the first hits were admitted and the proviso holds; `undefined` where it wasn't answered and has to be asked alone. */
  readonly holds: boolean | undefined;
  /** `undefined` unless {@link holds}: nothing was spent. */
  readonly second: readonly WindowVerdict[] | undefined;
}

export const NO_HITS: readonly never[] = Object.freeze([]);

/** What {@link SlidingWindowStore.peek} sees. */
export interface WindowView {
  /** Units in the window now. */
  readonly used: number;
  /** How long the window is still blocked; 0 when it isn't. */
  readonly blockedMs: number;
}

/**
 * Counts units in sliding windows, across all processes that share the store. In **no** interval of a window's length are
 * more than `limit` units admitted, blocks aside. A refusal changes no later decision, except that it starts a block where
 * `blockMs` asks for one. Nothing of a window is left `windowMs` after its last admitted unit, or after its block.
 */
export abstract class SlidingWindowStore {
  /**
   * Decides the hits of each `key` together and atomically: either every one that isn't a dry run has room and all of
   * them spend, or none spends. Different keys are decided at the same time, each by itself. No id occurs twice.
   * @returns one verdict for each hit, in their order
   * @throws AuthError `store_unavailable`
   */
  abstract hit(hits: readonly WindowHit[]): Promise<readonly WindowVerdict[]>;

  /**
   * Decides a sequence in one wait, or without any, and answers what its asker makes of that; `undefined` where it can't be asked as
   * one, and has to be asked piece by piece.
   * @internal
   */
  hitInSequence<Result>(
    _sequence: HitSequence,
    _asker: Answered<SequenceVerdicts, Result>,
  ): Result | Promise<Result> | undefined {
    return undefined;
  }

  /** Gives back the newest `units` of a window, for calls that turn out not to count. */
  abstract reward(id: WindowId, units: number): Promise<void>;

  /** Refuses everything for `durationMs`; an earlier block is replaced, what was counted stays counted. */
  abstract block(id: WindowId, durationMs: number): Promise<void>;

  /** Forgets the window and its block. */
  abstract reset(id: WindowId): Promise<void>;

  /**
   * Begins a new generation of a key. Whoever writes the generation into the names of windows begins all of them afresh,
   * however many there are. It is remembered for `lifetimeMs`.
   */
  abstract renew(key: string, lifetimeMs: number): Promise<void>;

  /** The generation of a key; empty when there was none. */
  abstract generation(key: string): Promise<string>;

  /** Looks without spending, for operators; decisions belong to {@link hit}. */
  abstract peek(id: WindowId, windowMs: number): Promise<WindowView>;
}

/** Whether the call as a whole may go on: no window that counts refused. */
export function isAdmitted(hits: readonly WindowHit[], verdicts: readonly WindowVerdict[]): boolean {
  for (let place = 0; place < verdicts.length; place++)
    if (verdicts[place]!.outcome === 'refused' && hits[place]?.dryRun !== true) return false;
  return true;
}

/** Whether hits are of one key, so that they are decided together. */
export function isOfOneKey(hits: readonly WindowHit[]): boolean {
  for (const { key } of hits) if (key !== hits[0]!.key) return false;
  return true;
}
