import { Violation } from './violation.js';

/** Now, where nothing has to be waited for. */
export type Soon<T> = T | Promise<T>;

/** One step of one party, of an instance, or of time. */
export interface Move<World> {
  readonly name: string;
  make(): Soon<World>;
}

/** A move, and its place among all that were possible. */
export type Made = readonly [name: string, place: number];

/** The moves that led somewhere. It holds no worlds, of which there are too many. */
export interface Way {
  readonly from: Way | undefined;
  readonly made: Made;
}

export interface Reached<World> {
  readonly world: World;
  readonly way: Way | undefined;
}

/**
 * What was found on a way: what went wrong, the moves that led there, and how to go there again.
 * @param beginning what the moves depend on besides
 */
export function foundOn({ message }: Violation, way: Way, beginning = ''): Violation {
  const all = movesOf(way);
  const seed = all.map(([, place]) => place).join('.');
  return new Violation([message, ...all.map(([name]) => name), `REPLAY=${beginning}${seed}`].join('\n  '));
}

function movesOf({ from, made }: Way): readonly Made[] {
  return from === undefined ? [made] : [...movesOf(from), made];
}

/** How to go again to what an exploration has found. */
export async function seedOf(exploring: Promise<unknown>): Promise<string> {
  const found = await exploring.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
  const [, seed] = /REPLAY=(\S+)/.exec(found) ?? [];
  if (seed === undefined) throw new Error(`the exploration has found ${found}`);
  return seed;
}

/** How a way is gone again. */
export interface Replaying<World> {
  movesFrom(world: World): readonly Move<World>[];
  tell(name: string, world: World): void;
  /** What has to hold after a step, besides what the move looks at. */
  expect?(before: World, after: World): Promise<void>;
}

/**
 * Goes a way again. @param places what a violation tells at its end
 * @throws Violation where the way ends with one
 */
export async function replay<World>(
  start: World,
  places: string,
  { movesFrom, tell, expect }: Replaying<World>,
): Promise<void> {
  let world = start;
  tell('the beginning', world);
  for (const place of places.split('.').map(Number)) {
    const move = movesFrom(world)[place];
    if (move === undefined)
      throw new RangeError(`no way goes on by ${place}: ${places} is of another release`);
    const before = world;
    world = await move.make();
    tell(move.name, world);
    await expect?.(before, world);
  }
}
