import { Violation } from './violation.js';
import type { Move as OneMove } from './ways.js';
import { openLogin, revoke } from './joint-endings.js';
import { refresh, useToken } from './joint-refreshes.js';
import type { JointStores } from './joint-stores.js';
import { LIVES } from './joint-truth.js';
import {
  type Instance,
  type Party,
  type Request,
  REVOCATIONS,
  type Revocation,
  spent,
  union,
  type Who,
  type World,
  withParty,
} from './joint-world.js';

type Move = OneMove<World>;

/** The phone may have two refreshes on their way at once: two tabs, or a retry that overtakes the first. */
const MOST_REQUESTS: Readonly<Record<Who, number>> = { phone: 2, laptop: 1, tablet: 1, thief: 1 };

/** How time passes; one of them goes to just before the sessions end, which is the last that a revocation has to outlast. */
const WAITS: readonly (readonly [what: string, ms: number])[] = [
  ['the window passes', LIVES.windowMs],
  ['the access tokens expire', LIVES.accessTokenMs],
  ['almost the lifetime of a session passes', LIVES.idleMs - 3 * LIVES.windowMs],
];

/** Everything that can happen next. */
export function movesFrom(world: World, stores: JointStores): readonly Move[] {
  const steady = (name: string, next: World): Move => ({ name, make: () => next });
  const { parties } = world;
  const [theft, later] = [spent(world, 'thefts'), spent(world, 'waits')];
  const robbed = theft && steal(theft, parties.phone!);
  return [
    ...(Object.keys(parties) as Who[]).flatMap((who) => partyMoves(world, stores, who)),
    ...(robbed === undefined ? [] : [steady('the thief copies what the phone holds', robbed)]),
    ...loginMoves(world, stores),
    ...revocationMoves(world, stores),
    ...instances(world).flatMap((on) => restart(world, on)),
    ...(later === undefined ? [] : waits(world).map(([what, ms]) => steady(what, wait(later, stores, ms)))),
  ];
}

function partyMoves(world: World, stores: JointStores, who: Who): readonly Move[] {
  const { refresh: held, access, requests } = world.parties[who]!;
  const isFresh = who === 'thief' || requests.every(({ presents }) => held.includes(presents));
  const asking = isFresh && requests.length < MOST_REQUESTS[who] ? spent(world, 'requests') : undefined;
  const via: Instance = who === 'phone' && requests.length === 0 ? 0 : 1;
  return [
    ...(asking === undefined ? [] : held).map((presents) => ({
      name: `${who} presents ${presents} to instance ${via}`,
      make: () => withParty(asking!, who, { requests: [...requests, { presents, via }] }),
    })),
    ...requests.flatMap((request, at) => requestMoves(world, stores, { who, request, at })),
    ...access.flatMap((token) =>
      instances(world)
        .filter((on) => !world.told[on].includes(token))
        .map((on) => ({
          name: `${who} uses ${token} on instance ${on}`,
          make: () => useToken(world, stores, { who, token, on }),
        })),
    ),
  ];
}

interface Place {
  readonly who: Who;
  readonly request: Request;
  readonly at: number;
}

function requestMoves(world: World, stores: JointStores, { who, request, at }: Place): readonly Move[] {
  const { presents, via, answer } = request;
  const lost = {
    name: `${who}'s request with ${presents} is lost${answer === undefined ? '' : ', its answer'}`,
    make: () => drop(world, who, at),
  };
  if (answer === undefined)
    return [
      {
        name: `the store decides on ${who}'s ${presents}, which instance ${via} presents`,
        make: () => refresh(world, stores, { who, at }),
      },
      lost,
    ];
  return [{ name: `${who} receives the answer to ${presents}`, make: () => receive(world, who, at) }, lost];
}

/** Instances that know the same are alike. */
function instances({ told }: World): readonly Instance[] {
  return told[0].join() === told[1].join() ? [0] : [0, 1];
}

function restart(world: World, on: Instance): readonly Move[] {
  const restarted = spent(world, 'restarts');
  if (world.told[on].length === 0 || restarted === undefined) return [];
  const told = world.told.with(on, []) as unknown as World['told'];
  return [{ name: `instance ${on} starts anew`, make: () => ({ ...restarted, told }) }];
}

function loginMoves(world: World, stores: JointStores): readonly Move[] {
  const { login } = world;
  if (login === undefined) {
    const begun = spent(world, 'logins');
    if (begun === undefined || world.parties.tablet !== undefined) return [];
    const asked = { beganAt: world.stores.now };
    return [{ name: 'a login begins', make: () => ({ ...begun, login: { asked, replies: [] } }) }];
  }
  return [
    {
      name: `the login asks the store (${login.replies.length + 1})`,
      make: () => openLogin(world, stores, login),
    },
    { name: 'the login is given up', make: () => ({ ...world, login: undefined }) },
  ];
}

function revocationMoves(world: World, stores: JointStores): readonly Move[] {
  const { revocation } = world;
  if (revocation !== undefined)
    return [
      {
        name: `the revocation asks the store (${revocation.replies.length + 1})`,
        make: () => revoke(world, stores, revocation),
      },
      { name: 'the revocation is given up', make: () => ({ ...world, revocation: undefined }) },
    ];
  const begun = spent(world, 'revocations');
  if (begun === undefined) return [];
  return REVOCATIONS.map((asked: Revocation) => ({
    name: `somebody revokes: ${asked}`,
    make: () => revoke(begun, stores, { asked, replies: [] }),
  }));
}

/** A client waits for no request longer than the window, and nothing takes longer than an access token lives. */
function waits({ parties, login, revocation }: World): readonly (readonly [string, number])[] {
  const isWaiting = Object.values(parties).some(({ requests }) =>
    requests.some(({ answer }) => answer === undefined),
  );
  if (isWaiting) return [];
  return login === undefined && revocation === undefined ? WAITS : WAITS.slice(0, 1);
}

function wait(world: World, stores: JointStores, ms: number): World {
  const now = world.stores.now + ms;
  const known = Object.entries(world.truth.tokens);
  const tokens = Object.fromEntries(known.filter(([, { expiresAt }]) => expiresAt > now));
  const good = (names: readonly string[]): readonly string[] => names.filter((name) => name in tokens);
  const parties = Object.fromEntries(
    Object.entries(world.parties).map(([who, party]) => [who, { ...party, access: good(party.access) }]),
  );
  const told = [good(world.told[0]), good(world.told[1])] as const;
  return { ...world, stores: stores.at(world.stores, now), truth: { ...world.truth, tokens }, parties, told };
}

/** Nothing, where the thief has all of it. */
function steal(world: World, { session, refresh: held, access }: Party): World | undefined {
  const thief = world.parties.thief ?? { session, refresh: [], access: [], requests: [] };
  const copied = { refresh: union(thief.refresh, held), access: union(thief.access, access) };
  const isNew = copied.refresh.length > thief.refresh.length || copied.access.length > thief.access.length;
  return isNew ? { ...world, parties: { ...world.parties, thief: { ...thief, ...copied } } } : undefined;
}

/** The client goes by the last answer that isn't older than what it has; a thief keeps everything. */
function receive(world: World, who: Who, at: number): World {
  const { refresh: held, access, requests } = world.parties[who]!;
  const answer = requests[at]?.answer;
  const rest = drop(world, who, at);
  if (answer === undefined) throw new Violation('an answer is received before it was given');
  if (answer === 'refused') return who === 'thief' ? rest : withParty(rest, who, { refresh: [], access: [] });
  const { generation, token } = answer;
  const good = token in world.truth.tokens ? [token] : [];
  if (who === 'thief')
    return withParty(rest, who, { refresh: union(held, [generation]), access: union(access, good) });
  const isOlder = generation < Math.max(...held, -1);
  return isOlder ? rest : withParty(rest, who, { refresh: [generation], access: good });
}

/** A crash of the instance, or of the network, before the store decided or after. */
function drop(world: World, who: Who, at: number): World {
  return withParty(world, who, { requests: world.parties[who]!.requests.toSpliced(at, 1) });
}
