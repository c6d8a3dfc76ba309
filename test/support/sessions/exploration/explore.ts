import { Violation } from '../protocol/violation.js';
import { foundOn, type Reached, replay, type Soon, type Way } from '../protocol/ways.js';
import { ask, decide, movesFrom, receive, use, wait } from './moves.js';
import type { StoredStores } from './stored-stores.js';
import { accessToken, keyOf, newest, START, type Who, type World, withParty } from './world.js';

/** What an exploration has seen. */
export interface Exploration {
  /** Longest way to a world that no shorter way leads to. */
  readonly depth: number;
  readonly worlds: number;
  readonly moves: number;
}

/**
 * Walks every way from a login until nothing new is found, or as deep as told, on the real stores. In each world it looks
 * as well whether a theft would be noticed from there on.
 * @throws Violation with the shortest way to it
 */
export async function explore(stores: StoredStores, deepest = Infinity): Promise<Exploration> {
  const seen = new Set([keyOf(START)]);
  const expected = new Set<string | number>();
  let frontier: readonly Reached<World>[] = [{ world: START, way: undefined }];
  let moves = 0;
  let depth = 0;
  for (; depth < deepest; depth++) {
    const next: Reached<World>[] = [];
    for (const { world, way: from } of frontier) {
      const possible = movesFrom(world, stores);
      moves += possible.length;
      for (const [place, move] of possible.entries()) {
        const way: Way = { from, made: [move.name, place] };
        const made = following(way, () => move.make());
        const after = made instanceof Promise ? await made : made;
        if (leavesLostAnswers(world, after))
          await following(way, () => expectOneAnswer(world, after, stores, expected));
        const key = keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ world: after, way });
        await following(way, () => expectDetection(after, stores, expected));
      }
    }
    if (next.length === 0) break;
    frontier = next;
  }
  return { depth, worlds: seen.size, moves };
}

/** Goes a way again that a violation has told. @throws Violation where it ends with one */
export function replaySession(
  stores: StoredStores,
  seed: string,
  tell: (line: string) => void,
): Promise<void> {
  const expected = new Set<string | number>();
  return replay(START, seed, {
    movesFrom: (world) => movesFrom(world, stores),
    tell: (name, world) => tell(`${name}\n  ${JSON.stringify(world)}`),
    async expect(before, after) {
      if (leavesLostAnswers(before, after)) await expectOneAnswer(before, after, stores, expected);
      await expectDetection(after, stores, expected);
    },
  });
}

function leavesLostAnswers({ store, truth }: World, after: World): boolean {
  return after.store.generation !== store.generation && truth.lostAnswers > 0;
}

function following<T>(way: Way, make: () => Soon<T>): Soon<T> {
  const rethrow = (error: unknown): never => {
    throw error instanceof Violation ? foundOn(error, way) : error;
  };
  try {
    const soon = make();
    return soon instanceof Promise ? soon.catch(rethrow) : soon;
  } catch (error) {
    return rethrow(error);
  }
}

/** Once both parties use what they have, one after the other and twice each, the session has ended. What is on its way is lost. */
async function expectDetection(
  world: World,
  stores: StoredStores,
  expected: Set<string | number>,
): Promise<void> {
  if (world.thief.refresh.length === 0 || world.client.refresh.length === 0) return;
  const quiet = (['client', 'thief'] as const).reduce(
    (each, who) => withParty(each, who, { requests: [] }),
    world,
  );
  const key = keyOf(quiet);
  if (expected.has(key)) return;
  expected.add(key);
  for (const order of [
    ['client', 'thief', 'client', 'thief'],
    ['thief', 'client', 'thief', 'client'],
  ] as const) {
    let after = quiet;
    for (const who of order) after = await useAll(after, who, stores);
    if (!after.store.hasEnded)
      throw new Violation(`theft goes unnoticed: ${order.join(', ')} have used what they have`);
  }
}

/** Which answers of a generation are good is as it was, after the rotation that leaves it and after two more. */
async function expectOneAnswer(
  { store, truth, told }: World,
  rotated: World,
  stores: StoredStores,
  expected: Set<string | number>,
): Promise<void> {
  const tokens = Array.from({ length: truth.lostAnswers + 1 }, (_, answer) =>
    accessToken(store.generation, answer),
  );
  const known = told.map((each) => tokens.map((token) => Number(each.includes(token))).join(''));
  const key = `left ${known.join()} ${store.isConfirmed} ${rotated.store.counting.length}`;
  if (expected.has(key)) return;
  expected.add(key);
  let after = rotated;
  for (let rotations = 1; rotations <= 3; rotations++) {
    for (const token of tokens)
      for (const on of [0, 1] as const) await use(after, stores, { who: 'thief', token, on });
    const asked = ask(after, 'client', after.store.generation);
    after = await decide(asked, stores, { who: 'client', at: asked.client.requests.length - 1 });
  }
}

/** After a while somebody refreshes with the newest token there is, and uses what comes. */
async function useAll(world: World, who: Who, stores: StoredStores): Promise<World> {
  const presents = newest(world[who].refresh);
  if (presents === undefined) return world;
  const decided = await decide(ask(wait(world), who, presents), stores, { who, at: 0 });
  const after = receive(decided, who, 0);
  const token = newest(after[who].access);
  return token === undefined ? after : use(after, stores, { who, token, on: 0 });
}
