import { hashSubject } from '../../../../libs/auth/src/subjects/subject-keys.js';
import { Violation } from './violation.js';
import { checking, listing, sessionId, SUBJECT } from './joint-operations.js';
import type { JointStores, StoreState, Step } from './joint-stores.js';
import { CLIENTS, LIVES, liveSessions, type TrueToken } from './joint-truth.js';
import { idOf, type World } from './joint-world.js';
import { QUANTUM_MS, type Ran } from './world-server.js';

/** What has to hold whenever a store has decided something. */
export async function expectSound(
  before: World,
  world: World,
  { stores, step }: { readonly stores: JointStores; readonly step: Step<unknown> },
): Promise<void> {
  const { lasting = [], told } = step.ran ?? {};
  if (lasting.length > 0) throw new Violation(`redis: keys that never expire: ${lasting.join()}`);
  const tokens = Object.values(world.truth.tokens);
  if (step.answers !== undefined && told !== undefined) expectTold(before, tokens, told);
  await stores.once(`${world.stores.id} ${idOf(world.truth)}`, () => expectInForce(world, tokens, stores));
}

async function expectInForce(world: World, tokens: readonly TrueToken[], stores: JointStores): Promise<void> {
  await expectRefused(stores, world.stores, tokens);
  const refused = tokens.filter(({ isRefused }) => isRefused);
  for (const end of new Set(refused.map(({ expiresAt }) => expiresAt))) {
    const atLast = stores.at(world.stores, Math.max(end - QUANTUM_MS, world.stores.now));
    const theirs = refused.filter(({ expiresAt }) => expiresAt === end);
    await expectRefused(stores, atLast, theirs);
  }
  await expectListed(stores, world);
}

/** An access token is refused from the moment its session, subject or client was revoked, and never before. */
async function expectRefused(
  stores: JointStores,
  state: StoreState,
  tokens: readonly TrueToken[],
): Promise<void> {
  if (tokens.length === 0) return;
  const { answers } = await stores.ask(state, checking(tokens));
  for (const medium of stores.media)
    answers[medium].forEach((isRefused, place) => {
      const { session, generation, isRefused: isRight, expiresAt } = tokens[place]!;
      if (isRefused === isRight) return;
      const left = (expiresAt - state.now) / 1000;
      const what = `an access token of ${session}${generation}, ${left} s before its end`;
      throw new Violation(
        isRight
          ? `${medium}: ${what} is taken though it was revoked`
          : `${medium}: ${what} is refused, and was not revoked`,
      );
    });
}

async function expectListed(stores: JointStores, { stores: state, truth }: World): Promise<void> {
  const live = liveSessions(truth, state.now);
  if (live.length > LIVES.maxSessions) throw new Violation('more sessions than the limit');
  const { answers } = await stores.ask(state, listing);
  for (const medium of stores.media)
    if (answers[medium].join() !== live.join())
      throw new Violation(
        `${medium}: the sessions listed are ${answers[medium].join()} instead of ${live.join()}`,
      );
}

/** An instance that follows the feed has to hear of everything that it can't answer for any more. */
function expectTold(before: World, tokens: readonly TrueToken[], told: Ran['told']): void {
  const heard = new Set(told.map(([kind, id]) => `${kind} ${id}`));
  const earlier = Object.values(before.truth.tokens);
  const concerns = (kinds: readonly string[]): boolean => kinds.some((kind) => heard.has(kind));
  for (const token of tokens) {
    const known = earlier.find(
      (each) =>
        each.session === token.session &&
        each.generation === token.generation &&
        each.expiresAt === token.expiresAt &&
        each.lostAnswers === token.lostAnswers &&
        each.epochs.redis === token.epochs.redis,
    );
    if (known === undefined) continue;
    const session = sessionId(token.session);
    const wide = [
      `session ${session}`,
      `subject ${hashSubject(SUBJECT)}`,
      `client ${CLIENTS[token.session]}`,
      'all ',
    ];
    if (token.isRefused && !known.isRefused && !concerns(wide))
      throw new Violation(`redis: the feed says nothing of a revocation that concerns ${token.session}`);
    if (token.isLost && !known.isLost && !concerns([`lost-answer ${session}`]))
      throw new Violation(`redis: the feed says nothing of an answer that was lost, of ${token.session}`);
  }
}
