import { byText, type RouteFacts } from '../lock/access-lock.js';
import { type Change, change, type ChangeKind } from './change.js';
import { compareLimits } from '../lock/limits.js';
import { passingChanges } from './passing-changes.js';
import type { Side } from './reasons.js';
import { askedIn, implies, loginImplies } from '../lock/requirements.js';
import { asksWords, guardWords, requirementWords, routeName } from '../lock/words.js';

/** Everything that became of one route. */
export function routeChanges(route: string, before: Side, now: Side): readonly Change[] {
  const subject = routeName(route);
  const passing = passingChanges(subject, before, now);
  const told = passing.length > 0;
  return [
    ...passing,
    ...guardChanges(subject, before.facts, now.facts, told),
    ...requirementChanges(subject, before.facts, now.facts, told),
    ...scopeChanges(subject, before, now),
    ...setChanges(subject, 'a login', before.facts.login, now.facts.login),
    ...setChanges(subject, 'a token', proofOf(before.facts), proofOf(now.facts)),
    ...ownLimitChanges(subject, before, now),
  ];
}

const proofOf = ({ proof }: RouteFacts): readonly string[] => (proof ? ['bound to a key'] : []);

/** Who passes may stay the same although a guard is gone: without `JwtAuthGuard` roles are asked for, but no token is looked at. */
function guardChanges(
  subject: string,
  before: RouteFacts,
  now: RouteFacts,
  told: boolean,
): readonly Change[] {
  const found: Change[] = [];
  if (before.guards !== now.guards) {
    if (!told) found.push(change(guardDirection(before, now), subject, guardWords(before, now)));
  } else if (before.open !== now.open && !told)
    found.push(
      change('changed', subject, `is ${now.open ?? 'closed'} now, and was ${before.open ?? 'closed'}`),
    );
  if (before.owner !== now.owner && !told && before.requires.join() === now.requires.join())
    found.push(
      change(
        now.owner ? 'widened' : 'narrowed',
        subject,
        `whose a thing is counts ${now.owner ? 'now' : 'no more'}`,
      ),
    );
  return found;
}

function guardDirection({ guards: before }: RouteFacts, { guards: now }: RouteFacts): ChangeKind {
  const [then, left] = [before, now].map((guards) => (guards === 'nobody' ? [] : guards.split(', ')));
  if (left?.every((guard) => then?.includes(guard))) return 'widened';
  return then?.every((guard) => left?.includes(guard)) ? 'narrowed' : 'changed';
}

/** Roles and permissions that are asked for show in who passes, so they are told here only where that stayed the same. No role brings scopes. */
function requirementChanges(
  subject: string,
  before: RouteFacts,
  now: RouteFacts,
  told: boolean,
): readonly Change[] {
  const isTold = (words: string): boolean => told && askedIn(words).kind !== 'scope';
  const [then, left] = [before, now].map(({ requires }) => requires.filter((words) => !isTold(words)));
  const why = requirementWords(then ?? [], left ?? []);
  return why === '' ? [] : [change(direction(then ?? [], left ?? []), subject, why)];
}

function direction(before: readonly string[], now: readonly string[]): ChangeKind {
  return directionOf(implies(before, now), implies(now, before));
}

function directionOf(widens: boolean, narrows: boolean): ChangeKind {
  return widens === narrows ? 'changed' : widens ? 'widened' : 'narrowed';
}

/** Scopes that are enough now, or no longer, although the route asks for the same: what they let through has changed. */
function scopeChanges(subject: string, before: Side, now: Side): readonly Change[] {
  if (before.facts.requires.join() !== now.facts.requires.join()) return [];
  const of = (kind: 'widened' | 'narrowed', side: Side, other: Side): readonly Change[] =>
    side.facts.scopes
      .filter((token) => !other.facts.scopes.includes(token))
      .map((token) =>
        change(kind, subject, lettingWords(token, side, kind === 'widened' ? 'lets' : 'let'), {
          whom: `tokens with the scope ${token}`,
        }),
      );
  return [...of('widened', now, before), ...of('narrowed', before, now)];
}

function lettingWords(token: string, { facts, graph }: Side, verb: string): string {
  const parts = facts.requires.flatMap((words) => {
    const { kind, names } = askedIn(words);
    if (kind !== 'permission') return [];
    const through = names
      .map((name) => [name, graph.patternLetting(token, name)] as const)
      .find(([, pattern]) => pattern !== undefined);
    return through === undefined ? [] : [`${verb} ${through[0]} through (pattern ${through[1]})`];
  });
  return parts.join(', ');
}

/** Facts that must all hold, of a login or a token. */
function setChanges(
  subject: string,
  what: string,
  before: readonly string[],
  now: readonly string[],
): readonly Change[] {
  const dropped = before.filter((fact) => !now.includes(fact));
  const asked = now.filter((fact) => !before.includes(fact));
  if (dropped.length === 0 && asked.length === 0) return [];
  const kind = directionOf(loginImplies(before, now), loginImplies(now, before));
  return [change(kind, subject, asksWords(asked, dropped, `${what} `))];
}

/** A limit of the whole app is told once, and not with each route. */
function ownLimitChanges(subject: string, before: Side, now: Side): readonly Change[] {
  const [then, left] = [before.facts.limits, now.facts.limits];
  if (then === undefined && left === undefined) return [];
  return limitChanges(subject, then ?? before.limits, left ?? now.limits);
}

/** Limits that came, went or have other numbers. */
export function limitChanges(
  subject: string,
  before: ReadonlyMap<string, string>,
  now: ReadonlyMap<string, string>,
): readonly Change[] {
  return [...new Set([...before.keys(), ...now.keys()])].sort(byText).flatMap((name) => {
    const [then, left] = [before.get(name), now.get(name)];
    if (then === left) return [];
    if (left === undefined) return [change('loosened', subject, `the limit ${name} is gone: ${then}`)];
    if (then === undefined) return [change('tightened', subject, `the limit ${name} is new: ${left}`)];
    return [change(compareLimits(left, then), subject, `the limit ${name} is ${left}, and was ${then}`)];
  });
}
