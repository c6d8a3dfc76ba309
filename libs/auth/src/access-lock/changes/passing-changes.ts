import { byText, type Passing, type Reach, type RouteFacts } from '../lock/access-lock.js';
import { askedIn } from '../lock/requirements.js';
import { type Change, change } from './change.js';
import { reasonsToPass, reasonsToStop, type Reason, type Side } from './reasons.js';
import { guardWords, requirementWords, whoPasses } from '../lock/words.js';

const RANK = { no: 0, own: 1, yes: 2 } as const;

type Cell = Reach | 'no';
type ByRole = ReadonlyMap<string, Reach>;

/** For whom a route was widened or narrowed, and why. */
export function passingChanges(subject: string, before: Side, now: Side): readonly Change[] {
  const [then, left] = [before.facts.passes, now.facts.passes];
  if (isByRole(then) && isByRole(left)) return roleChanges(subject, before, now, then, left);
  if (then === left) return [];
  const why = causeOf(before, now);
  const [was, is] = [breadthOf(then), breadthOf(left)];
  // Whom the app lets pass, nobody here can tell: what is not known to be closed counts as open.
  if (was === OPEN && left === 'as the app decides') return [change('changed', subject, why)];
  if (is > was) return [change('widened', subject, why, { whom: moreThan(then, left) })];
  return [change('narrowed', subject, why, { whom: lessThan(then, left) })];
}

/** Nobody is a list of roles with none in it. */
function isByRole(passes: Passing): boolean {
  return typeof passes !== 'string' || passes === 'nobody';
}

function rolesIn(passes: Passing): ByRole {
  return typeof passes === 'string' ? new Map() : passes;
}

const OPEN = 2;

function breadthOf(passes: Passing): number {
  if (isByRole(passes)) return 0;
  return ['', 'authenticated', 'everybody', 'as the app decides'].indexOf(passes as string);
}

function roleChanges(
  subject: string,
  before: Side,
  now: Side,
  then: Passing,
  left: Passing,
): readonly Change[] {
  const [was, is] = [rolesIn(then), rolesIn(left)];
  const found = new Map<string, Omit<Change, 'whom'> & { roles: string[] }>();
  for (const role of [...new Set([...was.keys(), ...is.keys()])].sort(byText)) {
    const [reachThen, reach] = [was, is].map((roles) => roles.get(role) ?? 'no') as [Cell, Cell];
    if (reach === reachThen) continue;
    const kind = RANK[reach] > RANK[reachThen] ? 'widened' : 'narrowed';
    const { text, uses } = reasonOf(role, kind, before, now);
    const why = `${reachWords(reach, reachThen)}${text}`;
    const key = `${kind} ${why}`;
    const known = found.get(key) ?? { kind, subject, why, uses, roles: [] };
    found.set(key, known);
    known.roles.push(role);
  }
  return [...found.values()].map(({ roles, ...rest }) => ({ ...rest, whom: roles.join(', ') }));
}

function reasonOf(role: string, kind: 'widened' | 'narrowed', before: Side, now: Side): Reason {
  if (now.facts.guards !== before.facts.guards)
    return { text: guardWords(before.facts, now.facts), uses: [] };
  if (!now.graph.has(role)) return { text: 'the role is gone', uses: [] };
  return kind === 'widened' ? reasonsToPass(role, before, now) : reasonsToStop(role, before, now);
}

function reachWords(now: Cell, before: Cell): string {
  if (now === 'own') return before === 'no' ? 'their own things, ' : 'their own things only, ';
  return now === 'yes' && before === 'own' ? 'not their own things only, ' : '';
}

/** Why it isn't roles that decide any more, or again. */
function causeOf({ facts: before }: Side, { facts: now }: Side): string {
  const parts = [
    now.guards === before.guards ? '' : guardWords(before, now),
    now.open === before.open || now.guards === 'nobody' ? '' : opennessWords(before.open, now.open),
    now.guards === 'nobody' ? '' : requirementWords(ofRoles(before), ofRoles(now)),
  ].filter((part) => part !== '');
  return parts.join(', ') || 'it says nothing, and the default policy has changed';
}

/** Scopes are told by themselves. */
function ofRoles({ requires }: RouteFacts): readonly string[] {
  return requires.filter((words) => askedIn(words).kind !== 'scope');
}

function opennessWords(before: string | undefined, now: string | undefined): string {
  if (now === undefined) return `is ${before} no more`;
  return now === 'exempt' ? 'its path is exempt now' : `is ${now} now`;
}

function moreThan(before: Passing, now: Passing): string {
  const except = isByRole(before) ? rolesIn(before) : new Map<string, Reach>();
  const all = whoPasses(now);
  return except.size === 0 ? all : `${all}, and not only ${whoPasses(except)}`;
}

function lessThan(before: Passing, now: Passing): string {
  if (now === 'nobody') return whoPasses(before);
  return now === 'authenticated' ? 'whoever is not authenticated' : `all but ${whoPasses(now)}`;
}
