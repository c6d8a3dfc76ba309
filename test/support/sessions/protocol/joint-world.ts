import type { SessionName, Truth } from './joint-truth.js';
import type { StoreState } from './joint-stores.js';

/** A refresh on its way: what it presents and, once it is decided, what it was granted. */
export interface Request {
  readonly presents: number;
  readonly via: Instance;
  readonly answer?: 'refused' | { readonly generation: number; readonly token: string };
}

export type Instance = 0 | 1;

/** What somebody holds: refresh tokens by their generation, access tokens by their name. */
export interface Party {
  readonly session: SessionName;
  readonly refresh: readonly number[];
  readonly access: readonly string[];
  readonly requests: readonly Request[];
}

/** The person's devices, and who copies what the phone holds. */
export type Who = 'phone' | 'laptop' | 'tablet' | 'thief';

export const REVOCATIONS = [
  'logout of a',
  'logout everywhere',
  'logout of all but b',
  'client web',
  'everybody',
] as const;
export type Revocation = (typeof REVOCATIONS)[number];

/** A login or a revocation that isn't through. */
export interface UnderWay<Asked> {
  readonly asked: Asked;
  readonly replies: readonly unknown[];
}

export interface LoginAsked {
  readonly beganAt: number;
  /** Marks that a first attempt was told of, by either store; and how many the truth has seen by then. */
  readonly known?: { readonly memory: string; readonly redis: string; readonly count: number };
}

export interface World {
  readonly stores: StoreState;
  readonly truth: Truth;
  readonly parties: Readonly<Partial<Record<Who, Party>>>;
  /** Access tokens of whose use each instance has told the store. */
  readonly told: readonly [readonly string[], readonly string[]];
  readonly login?: UnderWay<LoginAsked> | undefined;
  readonly revocation?: UnderWay<Revocation> | undefined;
  readonly left: Budget;
}

/** How often something may still happen. */
export interface Budget {
  readonly requests: number;
  readonly logins: number;
  readonly revocations: number;
  readonly thefts: number;
  readonly restarts: number;
  readonly waits: number;
}

/** What is left when something was done once more; nothing where it may not. */
export function spent(world: World, what: keyof Budget): World | undefined {
  const { left } = world;
  return left[what] > 0 ? { ...world, left: { ...left, [what]: left[what] - 1 } } : undefined;
}

export function withParty(world: World, who: Who, change: Partial<Party>): World {
  const party = { ...world.parties[who]!, ...change };
  return { ...world, parties: { ...world.parties, [who]: party } };
}

export function union<T extends string | number>(some: readonly T[], more: readonly T[]): readonly T[] {
  return [...new Set([...some, ...more])].sort((a, b) => (a < b ? -1 : 1));
}

const ids = new WeakMap<object, string>();
const known = new Map<string, string>();

/** A short name for a part of a world, the same for all that are alike: worlds share most of their parts. */
export function idOf(part: object): string {
  let id = ids.get(part);
  if (id !== undefined) return id;
  const text = JSON.stringify(part);
  id = known.get(text);
  if (id === undefined) known.set(text, (id = known.size.toString(36)));
  ids.set(part, id);
  return id;
}

/** Worlds with the same key are the same, but for which of the instances is which. */
export function keyOf(world: World): string {
  const { stores, truth, parties, told, login, revocation, left } = world;
  const held = (Object.keys(parties) as Who[]).map((who) => who.slice(0, 2) + heldBy(parties[who]!));
  const heard = told.map((each) => idOf(each)).sort();
  const underWay = [login, revocation].map((each) => (each === undefined ? '' : idOf(each)));
  return [stores.id.toString(36), idOf(truth), ...held, ...heard, ...underWay, idOf(left)].join(' ');
}

function heldBy({ refresh, access, requests }: Party): string {
  return [refresh.join(), idOf(access), ...requests.map((each) => idOf(each)).sort()].join('|');
}
