import { isObject } from '../../kernel/configuration/option-reader.js';
import {
  type AccessLock,
  type CallerFacts,
  inOrder,
  type LockedRole,
  type Passing,
  type RouteFacts,
  USUAL_STORE_FAILURE,
} from './access-lock.js';

/** Whoever reads a file of another version would read it wrongly. */
const VERSION = 1;

/** A lockfile that can't be compared with; the message says what to do. */
export class LockFileError extends Error {
  override readonly name = 'LockFileError';
}

type Json = Readonly<Record<string, unknown>>;

/** One fact on each line, in an order that no machine changes, so that a review reads well: names are members, lists have none. */
export function writeLock(lock: AccessLock): string {
  const { defaultPolicy, exemptPaths, callers, limits, onStoreFailure, roles, scopes, routes } = lock;
  const transports = new Map<string, [string, Json][]>();
  for (const [route, facts] of inOrder(routes)) {
    const [transport, entry] = splitRoute(route);
    transports.set(transport, [...(transports.get(transport) ?? []), [entry, routeJson(facts)]]);
  }
  const document = {
    lockfileVersion: VERSION,
    defaultPolicy,
    ...listed('exemptPaths', exemptPaths),
    ...callersJson(callers),
    limits: table(limits, (limit) => limit),
    ...(onStoreFailure !== USUAL_STORE_FAILURE && { onStoreFailure }),
    roles: table(roles, ({ inherits, grants }) => ({
      ...listed('inherits', inherits),
      ...listed('grants', grants),
    })),
    scopes: table(scopes, (patterns) => set(patterns)),
    routes: table(transports, (entries) => Object.fromEntries(entries)),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** Reads what {@link writeLock} has written. @throws LockFileError */
export function readLock(text: string): AccessLock {
  const { lockfileVersion, defaultPolicy, exemptPaths, callers, limits, onStoreFailure, ...rest } =
    parsed(text);
  const { roles, scopes, routes } = rest;
  if (lockfileVersion !== VERSION)
    throw new LockFileError(
      `is of version ${JSON.stringify(lockfileVersion) ?? 'none'}, and this Gatehouse reads version ${VERSION}: write it anew with --update`,
    );
  return {
    defaultPolicy: String(defaultPolicy),
    exemptPaths: names(exemptPaths),
    callers: readCallers(callers),
    limits: readLimits(limits),
    onStoreFailure: readStoreFailure(onStoreFailure),
    roles: new Map(members(roles).map(([name, role]) => [name, readRole(role)])),
    scopes: new Map(members(scopes).map(([name, patterns]) => [name, names(patterns)])),
    routes: new Map(
      members(routes).flatMap(([transport, entries]) =>
        members(entries).map(([entry, facts]) => [`${transport} ${entry}`, readRoute(facts)] as const),
      ),
    ),
  };
}

/** Transport and entry of a route. */
export function splitRoute(route: string): readonly [transport: string, entry: string] {
  const at = route.indexOf(' ');
  return [route.slice(0, at), route.slice(at + 1)];
}

function parsed(text: string): Json {
  if (/^(?:<{7}|>{7}) /m.test(text))
    throw new LockFileError('has conflicts of a merge: take either side, and look at what --update changes');
  try {
    return object(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    throw damaged();
  }
}

function routeJson({
  guards,
  open,
  requires,
  owner,
  login,
  proof,
  scopes,
  limits,
  passes,
}: RouteFacts): Json {
  return {
    guards,
    ...(open !== undefined && { open }),
    ...listed('requires', requires),
    ...(owner && { owner }),
    ...listed('login', login),
    ...(proof && { proof }),
    ...listed('scopes', scopes),
    ...(limits !== undefined && { limits: table(limits, (limit) => limit) }),
    passes: typeof passes === 'string' ? passes : table(passes, (reach) => reach),
  };
}

function callersJson({ accepts, requires }: CallerFacts): Json {
  const callers = { ...listed('accepts', accepts), ...listed('requires', requires) };
  return Object.keys(callers).length === 0 ? {} : { callers };
}

function readCallers(given: unknown): CallerFacts {
  const { accepts, requires } = given === undefined ? {} : object(given);
  return { accepts: names(accepts), requires: names(requires) };
}

function readStoreFailure(given: unknown = USUAL_STORE_FAILURE): string {
  if (typeof given !== 'string') throw damaged();
  return given;
}

function readRoute(given: unknown): RouteFacts {
  const { guards, open, requires, owner, login, proof, scopes, limits, passes } = object(given);
  return {
    guards: String(guards),
    open: typeof open === 'string' ? open : undefined,
    requires: names(requires),
    owner: owner === true,
    login: names(login),
    proof: proof === true,
    scopes: names(scopes),
    limits: limits === undefined ? undefined : readLimits(limits),
    passes: (typeof passes === 'string' ? passes : new Map(members(passes))) as Passing,
  };
}

function readLimits(given: unknown): ReadonlyMap<string, string> {
  return new Map(members(given).map(([name, limit]) => [name, String(limit)]));
}

function readRole(given: unknown): LockedRole {
  const { inherits, grants } = object(given);
  return { inherits: names(inherits), grants: names(grants) };
}

function table<V>(from: Iterable<readonly [string, V]>, json: (value: V) => unknown): Json {
  return Object.fromEntries(inOrder(from).map(([name, value]) => [name, json(value)]));
}

function set(values: readonly string[]): Json {
  return table(
    values.map((value) => [value, true]),
    (value) => value,
  );
}

function listed(name: string, values: readonly string[]): Json {
  return values.length === 0 ? {} : { [name]: set(values) };
}

function names(given: unknown): readonly string[] {
  return members(given).map(([name, value]) => {
    // Whoever reads `false` there takes it for what isn't so.
    if (value !== true) throw damaged();
    return name;
  });
}

function members(given: unknown): readonly (readonly [string, unknown])[] {
  return given === undefined ? [] : inOrder(Object.entries(object(given)));
}

function object(given: unknown): Json {
  if (!isObject(given) || Array.isArray(given)) throw damaged();
  return given;
}

function damaged(): LockFileError {
  return new LockFileError('is damaged: restore it, or write it anew with --update');
}
