import { opening } from './joint-operations.js';
import { JointStores, type JointStoresOptions } from './joint-stores.js';
import { movesFrom } from './joint-moves.js';
import { LIVES, nameOf, newSession, type SessionName, type Truth } from './joint-truth.js';
import { type Budget, keyOf, type World } from './joint-world.js';
import { toldWorld } from './told-world.js';
import { Violation } from './violation.js';
import { foundOn, type Move, type Reached, replay, type Soon, type Way } from './ways.js';

/** What an exploration has seen. */
export interface JointExploration {
  /** Longest way to a world that no shorter way leads to, or as deep as told. */
  readonly depth: number;
  readonly worlds: number;
  readonly moves: number;
  /** What the stores may know together, at a time. */
  readonly states: number;
  /** Scripts and commands that Redis was asked. */
  readonly runs: number;
}

/** So many worlds go on together, so that what they ask of Redis is one round trip. */
const TOGETHER = 400;

/** All that may happen; how often doesn't matter within a dozen steps. */
export const EVERYTHING: Budget = {
  requests: 9,
  logins: 2,
  revocations: 2,
  thefts: 2,
  restarts: 1,
  waits: 3,
};

export const NOTHING: Budget = { requests: 0, logins: 0, revocations: 0, thefts: 0, restarts: 0, waits: 0 };

const WHAT = Object.keys(NOTHING) as (keyof Budget)[];

export interface Bounds {
  /** Infinite: until nothing new is found. */
  readonly depth: number;
  /** What may happen, and how often; what isn't named may not. Left out: everything. */
  readonly may?: Partial<Budget> | undefined;
}

/** Walks every way from two logins of one person, as deep as told. @throws Violation with a shortest way to it */
export async function exploreJointly(
  options: JointStoresOptions,
  { depth, may = EVERYTHING }: Bounds,
): Promise<JointExploration> {
  const stores = new JointStores(options);
  const start = await beginning(stores, { ...NOTHING, ...may });
  const seen = new Set([keyOf(start)]);
  let frontier: readonly Reached<World>[] = [{ world: start, way: undefined }];
  let moves = 0;
  let reached = 0;
  for (; reached < depth; reached++) {
    const next: Reached<World>[] = [];
    for (let place = 0; place < frontier.length; place += TOGETHER) {
      const some = frontier.slice(place, place + TOGETHER);
      const made = some.flatMap((each) =>
        movesFrom(each.world, stores).map((move, at) =>
          makeFrom(each, move, { place: at, budget: start.left }),
        ),
      );
      moves += made.length;
      for (const soon of made) {
        const each = soon instanceof Promise ? await soon : soon;
        if (each instanceof Violation) {
          // Nothing of this exploration is asked after its end.
          for (const other of made) if (other instanceof Promise) await other;
          throw each;
        }
        const key = keyOf(each.world);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(each);
      }
    }
    if (next.length === 0) break;
    frontier = next;
  }
  return { depth: reached, worlds: seen.size, moves, states: stores.size, runs: options.server?.runs ?? 0 };
}

/** What a seed begins with: how often each thing might happen, which decides what moves there are. */
function beginningOf(budget: Budget): string {
  return `${WHAT.map((what) => budget[what]).join('.')}/`;
}

/** Goes a way again that a violation has told, and tells each step. @throws Violation where it ends with one */
export async function replayJointly(
  options: JointStoresOptions,
  seed: string,
  tell: (line: string) => void,
): Promise<void> {
  const [budget = '', places = ''] = seed.split('/');
  const counts = budget.split('.').map(Number);
  const may = Object.fromEntries(WHAT.map((what, at) => [what, counts[at] ?? 0]));
  const stores = new JointStores(options);
  await replay(await beginning(stores, { ...NOTHING, ...may }), places, {
    movesFrom: (world) => movesFrom(world, stores),
    tell: (name, world) => tell(`${name}\n${toldWorld(world)}`),
  });
}

/** A violation is an answer: others that are under way may have found a shorter one. */
function makeFrom(
  { way: from }: Reached<World>,
  { name, make }: Move<World>,
  { place, budget }: { readonly place: number; readonly budget: Budget },
): Soon<Reached<World> | Violation> {
  const way: Way = { from, made: [name, place] };
  const soon = make();
  if (!(soon instanceof Promise)) return { world: soon, way };
  return soon.then(
    (world) => ({ world, way }),
    (error: unknown) => {
      if (error instanceof Violation) return foundOn(error, way, beginningOf(budget));
      throw error;
    },
  );
}

/** A phone and a laptop have logged in, one after the other. */
export async function beginning(stores: JointStores, left: Budget): Promise<World> {
  const names: readonly SessionName[] = ['a', 'b'];
  let truth: Truth = { sessions: {}, tokens: {}, marked: { count: 0, at: 0 }, thiefActed: false };
  let state = stores.beginning;
  const held: Record<string, string> = {};
  for (const session of names) {
    const step = await stores.ask(state, opening(session));
    const { memory, redis } = step.answers;
    if (memory.verdict !== 'opened' || redis.verdict !== 'opened') throw new Error('the login was refused');
    const expiresAt = state.now + LIVES.accessTokenMs;
    const epochs = { memory: memory.epoch, redis: redis.epoch };
    const token = {
      session,
      generation: 0,
      lostAnswers: 0,
      epochs,
      expiresAt,
      isRefused: false,
      isLost: false,
    };
    held[session] = nameOf(token);
    truth = {
      ...truth,
      sessions: { ...truth.sessions, [session]: newSession(state.now) },
      tokens: { ...truth.tokens, [nameOf(token)]: token },
    };
    state = stores.at(step.state, state.now + LIVES.windowMs);
  }
  const party = (session: SessionName) => ({ session, refresh: [0], access: [held[session]!], requests: [] });
  return {
    stores: state,
    truth,
    parties: { phone: party('a'), laptop: party('b') },
    told: [[], []],
    left,
  };
}
