import { type AccessLock, byText } from '../lock/access-lock.js';
import { type Change, change } from './change.js';
import { edge, grant } from './reasons.js';

const UNSEEN = 'no route rests on it';

/**
 * What became of roles and scopes by themselves. What no route rests on is told as such: services that ask
 * `AccessControl` may rest on it all the same.
 * @param used edges and grants by which routes were widened or narrowed
 */
export function roleGraphChanges(
  before: AccessLock,
  now: AccessLock,
  used: ReadonlySet<string>,
): readonly Change[] {
  return [
    ...tableChanges('role', before.roles, now.roles),
    ...factChanges(factsOfRoles(before, now), factsOfRoles(now), used),
    ...tableChanges('scope', before.scopes, now.scopes),
    ...factChanges(factsOfScopes(before, now), factsOfScopes(now)),
  ];
}

/** What a role or a scope is given, by the words for it. */
type Facts = ReadonlyMap<string, { readonly subject: string; readonly why: string }>;

function tableChanges(
  what: 'role' | 'scope',
  before: ReadonlyMap<string, unknown>,
  now: ReadonlyMap<string, unknown>,
): readonly Change[] {
  const of = (kind: 'added' | 'removed', one: typeof now, other: typeof now): readonly Change[] =>
    [...one.keys()].filter((name) => !other.has(name)).map((name) => change(kind, `${what} ${name}`, ''));
  return [...of('added', now, before), ...of('removed', before, now)];
}

/** @param among the other side: of a role that is gone there, only that is told, and not all that it had */
function factsOfRoles({ roles }: AccessLock, among?: AccessLock): Facts {
  const told = [...roles].filter(([role]) => among === undefined || among.roles.has(role));
  return new Map(
    told.flatMap(([role, { inherits, grants }]) => [
      ...inherits.map((parent) => [edge(role, parent), fact('role', role, `inherits ${parent}`)] as const),
      ...grants.map(
        (pattern) => [grant(role, pattern), fact('role', role, `is granted ${pattern}`)] as const,
      ),
    ]),
  );
}

function factsOfScopes({ scopes }: AccessLock, among?: AccessLock): Facts {
  const told = [...scopes].filter(([token]) => among === undefined || among.scopes.has(token));
  return new Map(
    told.flatMap(([token, patterns]) =>
      patterns.map(
        (pattern) => [`${token} ${pattern}`, fact('scope', token, `lets ${pattern} through`)] as const,
      ),
    ),
  );
}

function fact(what: string, name: string, why: string) {
  return { subject: `${what} ${name}`, why };
}

function factChanges(before: Facts, now: Facts, used?: ReadonlySet<string>): readonly Change[] {
  const keys = [...new Set([...before.keys(), ...now.keys()])].sort(byText);
  return keys.flatMap((key) => {
    const [then, left] = [before.get(key), now.get(key)];
    const known = left ?? then;
    if (known === undefined || (then !== undefined && left !== undefined)) return [];
    const isUnseen = used !== undefined && !used.has(key);
    const why = `${known.why} ${left === undefined ? 'no more' : 'now'}${isUnseen ? `; ${UNSEEN}` : ''}`;
    return [change(left === undefined ? 'narrowed' : 'widened', known.subject, why, { uses: [key] })];
  });
}
