import { ask, decide, type Move, movesFrom, receive, use, Violation, wait } from './moves.js';
import { type MakeStores, soundStores } from './real-stores.js';
import { accessToken, keyOf, newest, START, type Who, type World, withParty } from './world.js';

/** What an exploration has seen. */
export interface Exploration {
  /** Longest way to a world that no shorter way leads to. */
  readonly depth: number;
  readonly worlds: number;
  readonly moves: number;
}

interface Reached {
  readonly world: World;
  readonly way: readonly string[];
}

/**
 * Walks every way from a login until nothing new is found, on the real memory store, or as deep as told. In each world it looks
 * as well whether a theft would be noticed from there on.
 * @throws Violation with the shortest way to it
 */
export async function explore(make: MakeStores = soundStores, deepest = Infinity): Promise<Exploration> {
  const seen = new Set([keyOf(START)]);
  const expected = new Set<string>();
  let frontier: readonly Reached[] = [{ world: START, way: [] }];
  let moves = 0;
  let depth = 0;
  for (; depth < deepest; depth++) {
    const next: Reached[] = [];
    for (const { world, way } of frontier) {
      const possible = movesFrom(world, make);
      moves += possible.length;
      for (const move of possible) {
        const after = await following(way, move.name, () => move.make());
        await following(way, move.name, () => expectOneAnswer(world, after, make, expected));
        const key = keyOf(after);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push({ world: after, way: [...way, move.name] });
        await following(way, move.name, () => expectDetection(after, make, expected));
      }
    }
    if (next.length === 0) break;
    frontier = next;
  }
  return { depth, worlds: seen.size, moves };
}

async function following<T>(way: readonly string[], last: Move['name'], make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation([error.message, ...way, last].join('\n  '), { cause: error });
  }
}

/** Once both parties use what they have, one after the other and twice each, the session has ended. What is on its way is lost. */
async function expectDetection(world: World, make: MakeStores, expected: Set<string>): Promise<void> {
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
    for (const who of order) after = await useAll(after, who, make);
    if (!after.store.hasEnded)
      throw new Violation(`theft goes unnoticed: ${order.join(', ')} have used what they have`);
  }
}

/** Which answers of a generation are good is as it was, after the rotation that leaves it and after two more. */
async function expectOneAnswer(
  { store, truth, told }: World,
  rotated: World,
  make: MakeStores,
  expected: Set<string>,
): Promise<void> {
  if (rotated.store.generation === store.generation || truth.lostAnswers === 0) return;
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
      for (const on of [0, 1] as const) await use(after, make, { who: 'thief', token, on });
    const asked = ask(after, 'client', after.store.generation);
    after = await decide(asked, make, { who: 'client', at: asked.client.requests.length - 1 });
  }
}

/** After a while somebody refreshes with the newest token there is, and uses what comes. */
async function useAll(world: World, who: Who, make: MakeStores): Promise<World> {
  const presents = newest(world[who].refresh);
  if (presents === undefined) return world;
  const decided = await decide(ask(wait(world), who, presents), make, { who, at: 0 });
  const after = receive(decided, who, 0);
  const token = newest(after[who].access);
  return token === undefined ? after : use(after, make, { who, token, on: 0 });
}
