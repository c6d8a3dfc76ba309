import type { AccessClause } from '../../context/route-layers.js';
import { parseDuration } from '../../kernel/duration.js';
import type { FreshAuthRequirement } from '../../context/require-fresh-auth.decorator.js';
import { byText } from './access-lock.js';
import { shortest } from './limits.js';

const KINDS = { permissions: 'permission', roles: 'role', scopes: 'scope' } as const;

/** One thing that is asked for: one of some names will do. */
export interface Asked {
  readonly kind: (typeof KINDS)[keyof typeof KINDS];
  /** None has a space in it. */
  readonly names: readonly string[];
}

/** What clauses come to, in words that say it in one way only: names in order, each once, and `all` as one fact for each. */
export function requirementsOf(
  clauses: readonly Pick<AccessClause, 'kind' | 'mode' | 'names'>[],
): readonly string[] {
  const facts = clauses.flatMap(({ kind, mode, names }) => {
    const distinct = [...new Set(names)].sort(byText);
    const asked = mode === 'all' ? distinct : [distinct.join(' or ')];
    return asked.map((words) => `${KINDS[kind]} ${words}`);
  });
  return [...new Set(facts)].sort(byText);
}

/** Reads words of {@link requirementsOf}. */
export function askedIn(words: string): Asked {
  const [kind, ...rest] = words.split(' ');
  return { kind: kind as Asked['kind'], names: rest.filter((_, at) => at % 2 === 0) };
}

/** Whether whoever meets `given` meets `wanted` as well, whatever roles and scopes they have. */
export function implies(given: readonly string[], wanted: readonly string[]): boolean {
  const known = given.map(askedIn);
  return wanted.map(askedIn).every(({ kind, names }) => {
    const enough = new Set(names);
    return known.some((each) => each.kind === kind && each.names.every((name) => enough.has(name)));
  });
}

/** How somebody has to have logged in, in words. */
export function loginFacts(required: FreshAuthRequirement | undefined): readonly string[] {
  if (required === undefined) return [];
  const { maxAgeMs, amr, acr } = required;
  return [
    ...(acr === undefined ? [] : [`acr ${acr.toSorted(byText).join(' or ')}`]),
    ...amr.map((method) => `amr ${method}`).sort(byText),
    ...(maxAgeMs === undefined ? [] : [`within ${shortest(maxAgeMs)}`]),
  ];
}

/** Whether every login that meets `given` meets `wanted` as well, both in words of {@link loginFacts}. */
export function loginImplies(given: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((fact) => given.some((known) => known === fact || isStricter(known, fact)));
}

/** A login less long ago, or of fewer classes. */
function isStricter(one: string, other: string): boolean {
  const [age, longest] = [ageIn(one), ageIn(other)];
  if (age !== undefined && longest !== undefined) return age <= longest;
  const [few, many] = [classesIn(one), classesIn(other)];
  return few !== undefined && many !== undefined && few.every((name) => many.includes(name));
}

function ageIn(fact: string): number | undefined {
  return fact.startsWith('within ') ? parseDuration(fact.slice('within '.length)) : undefined;
}

function classesIn(fact: string): readonly string[] | undefined {
  return fact.startsWith('acr ') ? fact.slice('acr '.length).split(' or ') : undefined;
}
