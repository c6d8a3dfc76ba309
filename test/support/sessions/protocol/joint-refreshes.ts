import { rotating, using } from './joint-operations.js';
import { after, expectAlike, issue } from './joint-outcomes.js';
import type { JointStores } from './joint-stores.js';
import { isLive, refreshed, rightVerdict, type Truth, withSession } from './joint-truth.js';
import { type Instance, union, type Who, type World, withParty } from './joint-world.js';
import { Violation } from './violation.js';

/** Of the clock of the second instance, which no decision may go by. */
const AHEAD_MS = 20_000;

/** The stores decide on a refresh; each answer is held against what is true. */
export async function refresh(
  world: World,
  stores: JointStores,
  { who, at }: { readonly who: Who; readonly at: number },
): Promise<World> {
  const { session: name, requests } = world.parties[who]!;
  const { presents, via } = requests[at]!;
  const { now } = world.stores;
  const step = await stores.step(world.stores, rotating(name, presents), [], via * AHEAD_MS);
  const answers = step.answers!;
  const session = world.truth.sessions[name]!;
  const isOpen = isLive(session, now);
  const right = isOpen ? rightVerdict(session, presents, now) : 'refused';
  const thiefActed = world.truth.thiefActed || who === 'thief';
  if (right === 'reused' && !thiefActed) throw new Violation('the honest client is logged out: reused');
  for (const medium of stores.media) judgeRefresh(answers[medium], { medium, right, presents, isOpen });
  const truth = isOpen ? refreshed(world.truth, name, presents, now) : world.truth;
  if (right !== 'rotated' && right !== 'replayed')
    return after(
      world,
      stores,
      step,
      withAnswer({ ...truth, thiefActed }, world, { who, at, answer: 'refused' }),
    );
  const { memory, redis } = answers as Record<'memory' | 'redis', { epoch: number }>;
  const { generation, lostAnswers } = truth.sessions[name]!;
  for (const medium of stores.media) expectCounted(answers[medium], medium, lostAnswers);
  const issued = issue(truth, {
    session: name,
    generation,
    lostAnswers,
    memory: memory.epoch,
    redis: redis.epoch,
    now,
  });
  expectAlike(answers);
  const answer = { generation, token: issued.name };
  return after(world, stores, step, withAnswer({ ...issued.truth, thiefActed }, world, { who, at, answer }));
}

interface Judged {
  readonly medium: string;
  readonly right: string;
  readonly presents: number;
  readonly isOpen: boolean;
}

function judgeRefresh(
  answer: { readonly verdict: string; readonly state?: { readonly generation: number } },
  { medium, right, presents, isOpen }: Judged,
): void {
  const { verdict, state } = answer;
  const isGranted = state !== undefined;
  const isRight = right === 'rotated' || right === 'replayed';
  if (isGranted && !isOpen) throw new Violation(`${medium}: a session that has ended grants a token`);
  if (isGranted && !isRight)
    throw new Violation(`${medium}: theft goes unnoticed: ${verdict} instead of ${right}`);
  if (!isGranted && isRight) throw new Violation(`${medium}: the honest client is logged out: ${verdict}`);
  if (isGranted && state.generation !== presents + 1)
    throw new Violation(`${medium}: two live successors: ${presents + 1} and ${state.generation}`);
  if (isOpen && verdict !== right) throw new Violation(`${medium}: ${verdict} instead of ${right}`);
}

function expectCounted(answer: object, medium: string, lostAnswers: number): void {
  if (!('lostAnswers' in answer) || answer.lostAnswers === lostAnswers) return;
  throw new Violation(
    `${medium}: ${String(answer.lostAnswers)} answers are taken for lost instead of ${lostAnswers}`,
  );
}

function withAnswer(
  truth: Truth,
  world: World,
  {
    who,
    at,
    answer,
  }: { who: Who; at: number; answer: NonNullable<World['parties']['phone']>['requests'][0]['answer'] },
): World {
  const { requests } = world.parties[who]!;
  const request = { ...requests[at]!, ...(answer === undefined ? {} : { answer }) };
  return withParty({ ...world, truth }, who, { requests: requests.with(at, request) });
}

/** An access token is used for the first time on an instance. */
export async function useToken(
  world: World,
  stores: JointStores,
  { who, token: name, on }: { readonly who: Who; readonly token: string; readonly on: Instance },
): Promise<World> {
  const { truth } = world;
  const token = truth.tokens[name]!;
  const step = await stores.step(world.stores, using(token));
  const right = token.isRefused || token.isLost ? 'revoked' : 'confirmed';
  for (const medium of stores.media) {
    const verdict = step.answers![medium];
    if (verdict === right) continue;
    const why = token.isLost
      ? 'two answers to one refresh are good'
      : 'its session, client or subject was revoked';
    if (right === 'revoked') throw new Violation(`${medium}: an access token is taken: ${why}`);
    throw new Violation(`${medium}: a good access token is ${verdict}`);
  }
  const thiefActed = truth.thiefActed || who === 'thief';
  if (right === 'revoked') {
    const rest = who === 'thief' ? world : withParty(world, who, { access: [] });
    return after(world, stores, step, { ...rest, truth: { ...truth, thiefActed } });
  }
  const told = world.told.with(on, union(world.told[on], [name])) as unknown as World['told'];
  const session = truth.sessions[token.session]!;
  const isFirst = session.generation === token.generation && session.usedAt === undefined;
  const used = isFirst ? withSession(truth, token.session, { usedAt: world.stores.now }) : truth;
  return after(world, stores, step, { ...world, told, truth: { ...used, thiefActed } });
}
