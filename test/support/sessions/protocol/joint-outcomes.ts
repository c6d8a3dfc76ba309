import { expectSound } from './joint-checks.js';
import type { JointStores, Step } from './joint-stores.js';
import { LIVES, nameOf, type Truth, type TrueToken } from './joint-truth.js';
import type { World } from './joint-world.js';
import { Violation } from './violation.js';

/** Somebody is handed an access token. */
export function issue(
  truth: Truth,
  {
    now,
    memory,
    redis,
    ...of
  }: Pick<TrueToken, 'session' | 'generation' | 'lostAnswers'> & {
    readonly now: number;
    readonly memory: number;
    readonly redis: number;
  },
): { readonly truth: Truth; readonly name: string } {
  const expiresAt = now + LIVES.accessTokenMs;
  const token = { ...of, epochs: { memory, redis }, expiresAt, isRefused: false, isLost: false };
  const name = nameOf(token);
  const known = Object.entries({ ...truth.tokens, [name]: token }).sort(([a], [b]) => (a < b ? -1 : 1));
  return { truth: { ...truth, tokens: Object.fromEntries(known) }, name };
}

/** What a client is told must not depend on the medium, the epoch apart. */
export function expectAlike({ memory, redis }: Readonly<Record<'memory' | 'redis', unknown>>): void {
  const [a, b] = [memory, redis].map((answer) =>
    JSON.stringify(answer, (name, value: unknown) => (name === 'epoch' ? undefined : value)),
  );
  if (a !== b) throw new Violation(`the stores disagree: memory ${a}, Redis ${b}`);
}

/** The world after a step, once everything that has to hold in it was looked at. */
export async function after(
  before: World,
  stores: JointStores,
  step: Step<unknown>,
  changed: World,
): Promise<World> {
  const world = { ...changed, stores: step.state };
  await expectSound(before, world, { stores, step });
  return world;
}
