import type { RotationVerdict } from '../../../../libs/auth/src/sessions/session.store.js';
import type { UseVerdict } from '../../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { Violation } from '../protocol/violation.js';
import type { Move as OneMove, Soon } from '../protocol/ways.js';
import type { Answered, StoredStores } from './stored-stores.js';
import { accessToken, newest, type Request, union, type Who, type World, withParty } from './world.js';

type Move = OneMove<World>;

/** At most so many refreshes of the client are on their way at once: two tabs, or a retry that overtakes the first. */
const CLIENT_REQUESTS = 2;

/** Everything that can happen next. */
export function movesFrom(world: World, stores: StoredStores): readonly Move[] {
  const steady = (name: string, next: World): Move => ({ name, make: () => next });
  const parties = (['client', 'thief'] as const).flatMap((who) => [
    ...asking(world, who).map((presents) => steady(`${who} presents ${presents}`, ask(world, who, presents))),
    ...world[who].requests.flatMap((request, at) => requestMoves(world, stores, { who, at, request })),
    ...world[who].access.flatMap((token) =>
      instancesOf(world).map((on) => ({
        name: `${who} uses access token ${token} on instance ${on}`,
        make: () => use(world, stores, { who, token, on }),
      })),
    ),
  ]);
  return [
    ...parties,
    ...instancesOf(world).map((on) => steady(`instance ${on} starts anew`, restart(world, on))),
    ...(mayWait(world) ? [steady('the window passes', wait(world))] : []),
    steady('a failover loses the last use', forgetUse(world)),
    steady('the thief copies what the client holds', steal(world)),
  ];
}

/** One of two that know the same. */
function instancesOf({ told }: World): readonly (0 | 1)[] {
  return told[0].join() === told[1].join() ? [0] : [0, 1];
}

function requestMoves(
  world: World,
  stores: StoredStores,
  { who, at, request }: { readonly who: Who; readonly at: number; readonly request: Request },
): readonly Move[] {
  const { presents, answer } = request;
  const lost = {
    name: `${who}'s request with ${presents} is lost (${answer})`,
    make: () => drop(world, who, at),
  };
  if (answer === 'undecided')
    return [
      { name: `the store decides on ${who}'s ${presents}`, make: () => decide(world, stores, { who, at }) },
      lost,
    ];
  return [{ name: `${who} receives the answer ${answer}`, make: () => receive(world, who, at) }, lost];
}

/** The client presents its newest token, and none while an older one is on its way. A thief tries all it has. */
function asking(world: World, who: Who): readonly number[] {
  const { refresh, requests } = world[who];
  if (who === 'thief') return requests.length === 0 ? refresh : [];
  const isSame = requests.every(({ presents }) => refresh.includes(presents));
  return isSame && requests.length < CLIENT_REQUESTS ? refresh : [];
}

export function ask(world: World, who: Who, presents: number): World {
  return withParty(world, who, { requests: [...world[who].requests, { presents, answer: 'undecided' }] });
}

/** The store decides on a request; what it decides is held against what each party has done. */
export function decide(
  world: World,
  stores: StoredStores,
  { who, at }: { readonly who: Who; readonly at: number },
): Soon<World> {
  const { presents } = world[who].requests[at]!;
  const thiefActed = world.truth.thiefActed || who === 'thief';
  return then(stores.rotate(world.store, presents), ({ answers, store }) => {
    for (const outcome of Object.values(answers))
      judge(world, { outcome, presents, isHonest: who === 'client' && !thiefActed });
    const { redis: outcome } = answers;
    const truth = 'state' in outcome ? answered(world, store.generation) : world.truth;
    const answer =
      'lostAnswers' in outcome ? accessToken(outcome.state.generation, outcome.lostAnswers) : 'refused';
    const requests = world[who].requests.with(at, { presents, answer });
    return withParty({ ...world, store, truth: { ...truth, thiefActed } }, who, { requests });
  });
}

function judge(
  world: World,
  {
    outcome,
    presents,
    isHonest,
  }: { readonly outcome: RotationVerdict; readonly presents: number; readonly isHonest: boolean },
): void {
  const granted = 'state' in outcome ? outcome.state.generation : undefined;
  if (granted !== undefined) refuseWrongGrant(world, presents, granted);
  else if (isHonest) throw new Violation(`the honest client is logged out: ${outcome.verdict}`);
}

/** At once, where nothing has to be waited for. */
function then<A, B>(soon: Soon<A>, made: (value: A) => B): Soon<B> {
  return soon instanceof Promise ? soon.then((value) => made(value)) : made(soon);
}

/** What is true after a token was granted. */
function answered({ store, truth }: World, generation: number): World['truth'] {
  if (generation !== store.generation) return { ...truth, isUsed: false, isRecent: true, lostAnswers: 0 };
  const wasLost = !truth.isUsed && !truth.isRecent;
  if (!wasLost) return truth;
  const lost = union(truth.lost, [accessToken(generation, truth.lostAnswers)]);
  return { ...truth, isRecent: true, lostAnswers: truth.lostAnswers + 1, lost };
}

function refuseWrongGrant({ store, truth }: World, presents: number, granted: number): void {
  const { generation, hasEnded } = store;
  if (hasEnded) throw new Violation('a session that has ended grants a token');
  if (granted !== presents + 1) throw new Violation(`two live successors: ${presents + 1} and ${granted}`);
  if (presents < generation - 1) throw new Violation('theft goes unnoticed: a token used long ago is taken');
  if (presents < generation && truth.isUsed && !truth.isRecent)
    throw new Violation('theft goes unnoticed: the predecessor is taken after its successor was used');
}

/** An access token is checked by an instance as the library's check does: the first time it tells the store of it. */
export function use(
  world: World,
  stores: StoredStores,
  { who, token, on }: { readonly who: Who; readonly token: number; readonly on: 0 | 1 },
): Soon<World> {
  const isKnown = world.told[on].includes(token);
  const asked: Soon<Answered<UseVerdict | boolean>> = isKnown
    ? stores.isRevoked(world.store, token)
    : stores.use(world.store, token);
  return then(asked, ({ answers, store }) => {
    const [isRefused = false, ...others] = Object.values(answers).map(
      (verdict) => verdict === true || verdict === 'revoked',
    );
    if (others.some((other) => other !== isRefused))
      throw new Violation('the stores disagree about an access token');
    expectRightly({ ...world, store }, world, { token, isKnown, isRefused });
    return used({ ...world, store }, { who, token, on, isKnown, isRefused });
  });
}

function expectRightly(
  { store }: World,
  before: World,
  {
    token,
    isKnown,
    isRefused,
  }: { readonly token: number; readonly isKnown: boolean; readonly isRefused: boolean },
): void {
  const wasLost = !isKnown && before.truth.lost.includes(token);
  if (wasLost && !isRefused) throw new Violation('two answers to one refresh are good');
  if (isRefused !== (before.store.hasEnded || wasLost))
    throw new Violation(
      `an access token is ${isRefused ? 'refused' : 'taken'} though its session has ${isRefused ? 'not ' : ''}ended`,
    );
  if (store.hasEnded !== before.store.hasEnded || store.generation !== before.store.generation)
    throw new Violation('the use of an access token changes the session');
}

interface Use {
  readonly who: Who;
  readonly token: number;
  readonly on: 0 | 1;
  readonly isKnown: boolean;
  readonly isRefused: boolean;
}

function used(world: World, { who, token, on, isKnown, isRefused }: Use): World {
  const { truth, store } = world;
  const thiefActed = truth.thiefActed || who === 'thief';
  const after = { ...world, truth: { ...truth, thiefActed } };
  // A client whose token is refused refreshes.
  if (isRefused) return who === 'client' ? withParty(after, who, { access: [] }) : after;
  const isFirst = Math.floor(token) === store.generation && !isKnown && !truth.isUsed;
  const told = world.told.with(on, union(world.told[on], [token])) as unknown as World['told'];
  if (!isFirst) return { ...after, told };
  return { ...after, told, truth: { ...truth, thiefActed, isUsed: true, isRecent: true } };
}

/** The client goes by the last answer that isn't older than what it has; a thief keeps everything. */
export function receive(world: World, who: Who, at: number): World {
  const { answer } = world[who].requests[at]!;
  const { refresh, access } = world[who];
  const rest = drop(world, who, at);
  if (typeof answer !== 'number') return who === 'thief' ? rest : withParty(rest, who, { refresh: [] });
  const generation = Math.floor(answer);
  if (who === 'thief')
    return withParty(rest, who, { refresh: union(refresh, [generation]), access: union(access, [answer]) });
  const isOlder = generation < (newest(refresh) ?? -1);
  return isOlder ? rest : withParty(rest, who, { refresh: [generation], access: [answer] });
}

/** A crash of the instance, or of the network, before the store decided or after. */
export function drop(world: World, who: Who, at: number): World {
  return withParty(world, who, { requests: world[who].requests.toSpliced(at, 1) });
}

function restart(world: World, on: 0 | 1): World {
  return { ...world, told: world.told.with(on, []) as unknown as World['told'] };
}

/** The use is lost, and the instances don't know it: what the store then knows is the truth. */
function forgetUse(world: World): World {
  const { store, truth } = world;
  return { ...world, store: { ...store, isConfirmed: false }, truth: { ...truth, isUsed: false } };
}

/** A client waits for no request longer than the window. */
function mayWait({ client }: World): boolean {
  return client.requests.every(({ answer }) => answer !== 'undecided');
}

export function wait(world: World): World {
  const { store, truth } = world;
  return { ...world, store: { ...store, isRecent: false }, truth: { ...truth, isRecent: false } };
}

function steal(world: World): World {
  const { client, thief } = world;
  return withParty(world, 'thief', {
    refresh: union(thief.refresh, client.refresh),
    access: union(thief.access, client.access),
  });
}
