import { type AccessLock, byText, factsText, type RouteFacts } from '../lock/access-lock.js';
import { callerChanges, storeFailureChanges } from './caller-changes.js';
import { type Change, change, CHANGE_KINDS } from './change.js';
import { splitRoute, writeLock } from '../lock/lock-file.js';
import { LockedGraph } from '../lock/locked-graph.js';
import type { Side } from './reasons.js';
import { roleGraphChanges } from './role-changes.js';
import { limitChanges, routeChanges } from './route-changes.js';
import { routeName, whoPasses } from '../lock/words.js';

/** Everything that has changed between two locks: what opens something first, in an order that no machine changes. */
export function compareLocks(before: AccessLock, now: AccessLock): readonly Change[] {
  const sides = { before: sideOf(before), now: sideOf(now) };
  const { moved, added, removed } = pairsOf(before, now);
  const ofRoutes = [...now.routes].flatMap(([route, facts]) => {
    const known = before.routes.get(route);
    if (known === undefined || known === facts) return [];
    return routeChanges(route, { ...sides.before, facts: known }, { ...sides.now, facts });
  });
  const found = [
    ...policyChanges(before, now),
    ...exemptionChanges(before, now),
    ...callerChanges(before, now),
    ...limitChanges('all routes', before.limits, now.limits),
    ...storeFailureChanges(before, now),
    ...roleGraphChanges(before, now, new Set(ofRoutes.flatMap(({ uses }) => uses))),
    ...ofRoutes,
    ...moved.map(([from, to]) => change('moved', routeName(from), `to ${routeName(to)}`)),
    ...added.map((route) => change('added', routeName(route), passesWords(now, route))),
    ...removed.map((route) => removedChange(route, before)),
  ];
  // What is locked and told by nothing above is told all the same: nothing changes unseen.
  if (found.length === 0 && writeLock(before) !== writeLock(now))
    return [change('changed', 'the lockfile', 'says something else: see its diff')];
  return found
    .map((each, at) => ({ each, at, rank: CHANGE_KINDS.indexOf(each.kind) }))
    .sort(
      (one, other) =>
        one.rank - other.rank || byText(one.each.subject, other.each.subject) || one.at - other.at,
    )
    .map(({ each }) => each);
}

function sideOf(lock: AccessLock): Omit<Side, 'facts'> {
  return { graph: new LockedGraph(lock), limits: lock.limits };
}

function policyChanges(
  { defaultPolicy: then }: AccessLock,
  { defaultPolicy: left }: AccessLock,
): readonly Change[] {
  if (then === left) return [];
  const why = `is ${left} for routes that say nothing, and was ${then}`;
  return [change(left === 'deny' ? 'narrowed' : 'widened', 'default policy', why)];
}

/** Told by themselves: what a path is a part of, `/users/me` of `/users/:id`, doesn't show that it is open. */
function exemptionChanges(before: AccessLock, now: AccessLock): readonly Change[] {
  const of = (kind: 'widened' | 'narrowed', one: AccessLock, other: AccessLock, why: string) =>
    one.exemptPaths
      .filter((path) => !other.exemptPaths.includes(path))
      .map((path) => change(kind, `exempt path ${path}`, why));
  return [
    ...of('widened', now, before, 'nobody has to be known there now, where a route says nothing'),
    ...of('narrowed', before, now, 'is exempt no more'),
  ];
}

// Without decorators these are no routes of their own: guards don't run for them.
const ONLY_DECORATED = /^(?:call|graphql field|graphql reference)(?: |$)/;

function removedChange(route: string, { routes }: AccessLock): Change {
  const isTold = routes.get(route)?.passes !== 'everybody' && ONLY_DECORATED.test(route);
  return isTold
    ? change('widened', routeName(route), 'is gone, or asks for nothing of its own any more')
    : change('removed', routeName(route), '');
}

function passesWords({ routes }: AccessLock, route: string): string {
  const facts = routes.get(route);
  return facts === undefined ? '' : `passes: ${whoPasses(facts.passes)}`;
}

interface Pairs {
  /** From where to where. */
  readonly moved: readonly (readonly [string, string])[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Routes that came and routes that went. Two that are the same but for the front of their paths are one that has moved. */
function pairsOf(before: AccessLock, now: AccessLock): Pairs {
  const gone = [...before.routes.keys()].filter((route) => !now.routes.has(route));
  const come = [...now.routes.keys()].filter((route) => !before.routes.has(route));
  const waiting = new Map<string, string[]>();
  for (const route of gone) {
    const likeness = likenessOf(route, before.routes.get(route));
    waiting.set(likeness, [...(waiting.get(likeness) ?? []), route]);
  }
  const moved: (readonly [string, string])[] = [];
  const added = come.filter((route) => {
    const alike = waiting.get(likenessOf(route, now.routes.get(route))) ?? [];
    const from = nearest(route, alike);
    if (from === undefined) return true;
    alike.splice(alike.indexOf(from), 1);
    moved.push([from, route]);
    return false;
  });
  const left = new Set(moved.map(([from]) => from));
  return { moved, added, removed: gone.filter((route) => !left.has(route)) };
}

/** What stays when a prefix, a version or a module's path changes: transport, verb, the end of the path, and all that is known. */
function likenessOf(route: string, facts: RouteFacts | undefined): string {
  const [transport, entry] = splitRoute(route);
  const [verb = '', path = ''] = entry.split(' ');
  const end = path.split('/').at(-1);
  return JSON.stringify([transport, verb, end, factsText(facts)]);
}

/** The route whose text has the longest end in common with this one. */
function nearest(route: string, alike: readonly string[]): string | undefined {
  const common = (other: string): number => {
    let length = 0;
    while (length < other.length && other.at(-1 - length) === route.at(-1 - length)) length += 1;
    return length;
  };
  const [first, ...others] = alike;
  if (first === undefined) return undefined;
  return others.reduce((best, each) => (common(each) > common(best) ? each : best), first);
}
