/** How far holders of a role get: to everything behind a route, or to their own things. */
export type Reach = 'yes' | 'own';

/**
 * Who passes: everybody, whoever is authenticated, holders of these roles, nobody, or whom the app lets pass by guards of its own.
 */
export type Passing =
  'everybody' | 'authenticated' | 'nobody' | 'as the app decides' | ReadonlyMap<string, Reach>;

/** What is known of one route. No name of a class, method or file: renaming one changes nothing. */
export interface RouteFacts {
  /** The guards of ours before it, `nobody`, `the host`, or `not served`. */
  readonly guards: string;
  /** Why nobody has to be known: `public`, `optional`, or `exempt` by its path. */
  readonly open: string | undefined;
  /** What its decorators ask for, all of them: `permission posts:read`, `role admin or editor`, `scope reports`. */
  readonly requires: readonly string[];
  /** Whether somebody who owns the thing needs the `:own` form of a permission only. */
  readonly owner: boolean;
  /** How somebody has to have logged in: `within 5m`, `amr otp`, `acr gold or silver`. */
  readonly login: readonly string[];
  /** Whether a token has to be bound to a key. */
  readonly proof: boolean;
  /** Scope tokens each of which is enough, for a token that has a scope. */
  readonly scopes: readonly string[];
  /** Limits of its own by their names, `100 in 1m of each ip`; `undefined`: those of the app. */
  readonly limits: ReadonlyMap<string, string> | undefined;
  readonly passes: Passing;
}

/** How callers make themselves known. */
export interface CallerFacts {
  /** Any of these will do: `access token`, `API key`, `scheme Signature`. */
  readonly accepts: readonly string[];
  /** What an access token is nothing without: `DPoP`. */
  readonly requires: readonly string[];
}

/** What limits do while their store can't answer, unless the options say otherwise: they are counted in each process. */
export const USUAL_STORE_FAILURE = 'memory';

/** What one role inherits and is granted. */
export interface LockedRole {
  readonly inherits: readonly string[];
  readonly grants: readonly string[];
}

/** Who may call what in an app, at one moment. */
export interface AccessLock {
  /** What is asked of a route that says nothing. */
  readonly defaultPolicy: string;
  /** Paths of HTTP that nobody has to be known for, as the options say it: one may be a part of what a route answers. */
  readonly exemptPaths: readonly string[];
  readonly callers: CallerFacts;
  /** Limits of routes that say nothing. */
  readonly limits: ReadonlyMap<string, string>;
  /** What all limits do while their store can't answer: `open` lets everything pass. */
  readonly onStoreFailure: string;
  readonly roles: ReadonlyMap<string, LockedRole>;
  readonly scopes: ReadonlyMap<string, readonly string[]>;
  /** By transport and entry: `http GET /posts/:id`. */
  readonly routes: ReadonlyMap<string, RouteFacts>;
}

/** Of two texts the one of the smaller code units first: the same order on every machine. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** The entries of a table in the order of their names. */
export function inOrder<V>(table: Iterable<readonly [string, V]>): readonly (readonly [string, V])[] {
  return [...table].sort(([one], [other]) => byText(one, other));
}

/** All that is known of a route, to compare it with others. */
export function factsText(facts: RouteFacts | undefined): string {
  return JSON.stringify(facts, (_, value: unknown) => (value instanceof Map ? [...value] : value)) ?? '';
}
