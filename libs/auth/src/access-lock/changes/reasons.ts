import type { RouteFacts } from '../lock/access-lock.js';
import type { LockedGraph, Way } from '../lock/locked-graph.js';
import { type Asked, askedIn } from '../lock/requirements.js';

/** A route as one lock knows it. */
export interface Side {
  readonly facts: RouteFacts;
  readonly graph: LockedGraph;
  /** Limits of routes that have none of their own. */
  readonly limits: ReadonlyMap<string, string>;
}

/** How a role meets one thing that is asked for. */
interface Held {
  readonly reach: 'yes' | 'own';
  readonly way: Way;
  /** What of it is held: `posts:delete`, its `:own` form, or a role. */
  readonly name: string;
}

/** Why a role passes, or passes no more. */
export interface Reason {
  readonly text: string;
  /** The edges and grants that it rests on, as {@link edge} and {@link grant} write them. */
  readonly uses: readonly string[];
}

export const edge = (role: string, parent: string): string => `${role} inherits ${parent}`;
export const grant = (role: string, pattern: string): string => `${role} is granted ${pattern}`;

/** Why a role reaches farther than before: what it holds now, and what it is asked no more. */
export function reasonsToPass(role: string, before: Side, now: Side): Reason {
  const parts = now.facts.requires.flatMap((words) => {
    const held = heldBy(role, words, now);
    if (held === undefined || sameReach(held, heldBefore(role, words, before))) return [];
    return [{ text: `holds ${inWords(held)}`, uses: usedBy(held) }];
  });
  const dropped = before.facts.requires
    .filter((words) => !now.facts.requires.includes(words) && heldBy(role, words, before) === undefined)
    .map((words) => ({ text: `${words} is asked for no more`, uses: [] }));
  return joined([...parts, ...dropped], 'what it asks for has changed');
}

/** Why a role reaches less far than before: what it held then, and what it is asked now. */
export function reasonsToStop(role: string, before: Side, now: Side): Reason {
  const parts = now.facts.requires.flatMap((words): Reason[] => {
    const held = heldBy(role, words, now);
    const then = heldBefore(role, words, before);
    if (held?.reach === 'yes' || (held !== undefined && sameReach(held, then))) return [];
    if (then === undefined)
      return before.facts.requires.includes(words) ? [] : [{ text: `${words} is asked for now`, uses: [] }];
    return [{ text: `held ${inWords(then)}`, uses: usedBy(then) }];
  });
  return joined(parts, 'what it asks for has changed');
}

/** How the role met a requirement before; `undefined` where it didn't, or where that wasn't asked for. */
function heldBefore(role: string, words: string, before: Side): Held | undefined {
  return before.facts.requires.includes(words) ? heldBy(role, words, before) : undefined;
}

function heldBy(role: string, words: string, { facts, graph }: Side): Held | undefined {
  if (!graph.has(role)) return undefined;
  const { kind, names } = askedIn(words);
  if (kind === 'scope') return undefined;
  const whole = first(names, (name) => wayTo(kind, role, name, graph));
  if (whole !== undefined) return { ...whole, reach: 'yes' };
  if (kind === 'role' || !facts.owner) return undefined;
  const own = first(
    names.map((name) => `${name}:own`),
    (name) => graph.wayToPermission(role, name),
  );
  return own && { ...own, reach: 'own' };
}

function wayTo(kind: Asked['kind'], role: string, name: string, graph: LockedGraph): Way | undefined {
  return kind === 'role' ? graph.wayToRole(role, name) : graph.wayToPermission(role, name);
}

function first(names: readonly string[], find: (name: string) => Way | undefined) {
  for (const name of names) {
    const way = find(name);
    if (way !== undefined) return { name, way };
  }
  return undefined;
}

function sameReach(held: Held, then: Held | undefined): boolean {
  return held.reach === then?.reach;
}

function inWords({ name, way: { path, grant: pattern } }: Held): string {
  const what = pattern === undefined ? `the role ${name}` : name;
  return `${what} by ${path.join(' → ')}${pattern === undefined ? '' : ` (grant ${pattern})`}`;
}

function usedBy({ way: { path, grant: pattern } }: Held): readonly string[] {
  const edges = path.slice(1).map((parent, at) => edge(path[at] ?? '', parent));
  return pattern === undefined ? edges : [...edges, grant(path.at(-1) ?? '', pattern)];
}

function joined(parts: readonly Reason[], otherwise: string): Reason {
  return {
    text: parts.map(({ text }) => text).join(', and ') || otherwise,
    uses: parts.flatMap(({ uses }) => uses),
  };
}
