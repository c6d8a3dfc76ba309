/** A refresh on its way: what it presents and, once the store has decided, the access token it was granted. */
export interface Request {
  readonly presents: number;
  readonly answer: 'undecided' | 'refused' | number;
}

/**
 * What somebody holds. A refresh token is its generation: session and generation are all that it is made of. An access token
 * is that, and in hundredths the number of the answer that it came with.
 */
export interface Party {
  readonly refresh: readonly number[];
  readonly access: readonly number[];
  readonly requests: readonly Request[];
}

/** The part of the record that the store moves. */
export interface StoredState {
  readonly generation: number;
  /** How many answers with it were taken for lost. */
  readonly lostAnswers: number;
  /** Of generations with lost answers: the generation, and how many were lost before the one that counts. */
  readonly counting: readonly (readonly [generation: number, lostAnswers: number])[];
  readonly isConfirmed: boolean;
  /** Whether the reuse window is open. */
  readonly isRecent: boolean;
  readonly hasEnded: boolean;
}

/** One session, its owner's client, a thief, and two instances. */
export interface World {
  readonly client: Party;
  readonly thief: Party;
  readonly store: StoredState;
  /** Access tokens of whose use each instance has told the store. */
  readonly told: readonly [readonly number[], readonly number[]];
  /** What only the test knows. */
  readonly truth: {
    /** Whether an access token of the current generation was used, unless a failover lost that. */
    readonly isUsed: boolean;
    /** How many answers with the current generation were taken for lost: asked for again later than the window. */
    readonly lostAnswers: number;
    /** Access tokens that came with answers that were taken for lost. */
    readonly lost: readonly number[];
    /** Whether the current generation was answered anew, or used for the first time, less than a reuse window ago. */
    readonly isRecent: boolean;
    readonly thiefActed: boolean;
  };
}

export type Who = 'client' | 'thief';

const NOTHING: Party = { refresh: [], access: [], requests: [] };

/** After a login. */
export const START: World = {
  client: { refresh: [0], access: [0], requests: [] },
  thief: NOTHING,
  store: {
    generation: 0,
    lostAnswers: 0,
    counting: [],
    isConfirmed: false,
    isRecent: false,
    hasEnded: false,
  },
  told: [[], []],
  truth: { isUsed: false, lostAnswers: 0, lost: [], isRecent: false, thiefActed: false },
};

/** The access token that comes with an answer. */
export function accessToken(generation: number, answer: number): number {
  return generation + (answer % 100) / 100;
}

/** What `who` has after a change. */
export function withParty(world: World, who: Who, change: Partial<Party>): World {
  return { ...world, [who]: { ...world[who], ...change } };
}

export function newest(tokens: readonly number[]): number | undefined {
  return tokens.length === 0 ? undefined : Math.max(...tokens);
}

export function union(tokens: readonly number[], more: readonly number[]): readonly number[] {
  return [...new Set([...tokens, ...more])].sort((a, b) => a - b);
}

/**
 * Worlds with the same key behave alike: stores compare generations with the current one only, and all that are older than
 * the one before it are alike. What came of the older ones that were taken for lost is looked at after each rotation.
 */
export function keyOf({ client, thief, store, told, truth }: World): string {
  const current = accessToken(store.generation, store.lostAnswers);
  const age = (generation: number): number => Math.max(generation - store.generation, -2);
  const accessAge = (token: number): number => {
    if (Math.floor(token) < store.generation) return -1;
    return token === current ? 0 : -0.5;
  };
  const refresh = (tokens: readonly number[]): string => union(tokens.map(age), []).join();
  const access = (tokens: readonly number[]): string => union(tokens.map(accessAge), []).join();
  const request = ({ presents, answer }: Request): string =>
    `${age(presents)}>${typeof answer === 'number' ? accessAge(answer) : answer}`;
  const party = (each: Party): string =>
    `${refresh(each.refresh)}|${access(each.access)}|${each.requests.map(request).sort().join()}`;
  // Nothing tells those apart that come after the end.
  if (store.hasEnded) return `ended ${access([...client.access, ...thief.access])} ${truth.thiefActed}`;
  // Whether an older one is told makes no difference.
  const instances = told
    .map((tokens) => access(tokens.filter((token) => Math.floor(token) === store.generation)))
    .sort()
    .join('/');
  const { isUsed, isRecent, thiefActed } = truth;
  const flags = [store.isConfirmed, store.isRecent, isUsed, isRecent, thiefActed].map(Number).join('');
  return [party(client), party(thief), instances, flags].join(' ');
}
