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
 * A key is one number, digit by digit, since millions of them are made.
 */
export function keyOf({ client, thief, store, told, truth }: World): number {
  const current = accessToken(store.generation, store.lostAnswers);
  // 0: older, or refused; 1: the one before, or of an answer that doesn't count; 2: current.
  const age = (generation: number): number => Math.max(generation - store.generation, -2) + 2;
  const accessAge = (token: number): number => {
    if (Math.floor(token) < store.generation) return 0;
    return token === current ? 2 : 1;
  };
  const access = (tokens: readonly number[]): number => setOf(tokens, accessAge);
  // Nothing tells those apart that come after the end.
  if (store.hasEnded)
    return -1 - (access(client.access) | access(thief.access)) * 2 - Number(truth.thiefActed);
  const requests = ({ requests: some }: Party): number => {
    const codes = some.map(({ presents, answer }) => 1 + age(presents) * 5 + answerCode(answer, accessAge));
    const [first = 0, second = 0] = codes;
    return Math.max(first, second) * 16 + Math.min(first, second);
  };
  // Whether an older one is told makes no difference.
  const [one, other] = told.map((tokens) => access(tokens) & 6) as [number, number];
  const { isUsed, isRecent, thiefActed } = truth;
  const flags = [store.isConfirmed, store.isRecent, isUsed, isRecent, thiefActed];
  let key = Math.max(one, other) * 8 + Math.min(one, other);
  for (const party of [client, thief])
    key = ((key * 8 + setOf(party.refresh, age)) * 8 + access(party.access)) * 256 + requests(party);
  return flags.reduce((sum, flag) => sum * 2 + Number(flag), key);
}

/** Which of three ages some tokens have, as bits. */
function setOf(tokens: readonly number[], ageOf: (token: number) => number): number {
  let bits = 0;
  for (const token of tokens) bits |= 1 << ageOf(token);
  return bits;
}

function answerCode(answer: Request['answer'], accessAge: (token: number) => number): number {
  if (typeof answer === 'number') return accessAge(answer);
  return answer === 'undecided' ? 3 : 4;
}
