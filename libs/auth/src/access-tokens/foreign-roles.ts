import type { OptionReader } from '../kernel/configuration/option-reader.js';
import type { JsonObject } from '../jose/strict-json.js';
import { texts } from './access-token-principal.js';
import type { AccessTokensOptions } from './access-tokens.options.js';
import { invalidToken } from './invalid-token.js';

type ForeignTokensOptions = NonNullable<AccessTokensOptions['foreign']>;
type HostReader = Extract<ForeignTokensOptions['roles'], (...claims: never[]) => unknown>;

/** Role names of a token. @throws AuthError `invalid_token` */
export type RolesReader = (claims: JsonObject) => readonly string[];

const PLACE = {
  pattern: /^(?:[^/\s\p{Cc}][^\p{Cc}]*|(?:\/(?:[^/~\p{Cc}]|~[01])+)+)$/u,
  expected: "the name of a claim, or a JSON Pointer such as '/realm_access/roles'",
};

/** Resolves `accessTokens.foreign.roles`; a mistake becomes a finding. */
export function resolveRoles(read: OptionReader<ForeignTokensOptions>): RolesReader {
  const given = read.raw('roles');
  if (given === undefined) return (claims) => rolesAt(claims, usualPlace(claims));
  if (typeof given === 'function') return (claims) => rolesOfHost(claims, given as HostReader);
  if (!Array.isArray(given) && typeof given !== 'string') {
    read.refuse('roles', `expected a function, ${PLACE.expected}, or a list of those`);
    return () => [];
  }
  const places = Array.isArray(given)
    ? read.texts('roles', [], PLACE, { min: 1 })
    : [read.text('roles', '', PLACE)];
  const steps = places.map(stepsOf);
  return (claims) => [...new Set(steps.flatMap((path) => rolesAt(claims, path)))];
}

/** The claim `roles`, or those of Keycloak's realm. */
function usualPlace(claims: JsonObject): readonly string[] {
  return Object.hasOwn(claims, 'roles') ? ['roles'] : ['realm_access', 'roles'];
}

function rolesOfHost(claims: JsonObject, host: HostReader): readonly string[] {
  try {
    return texts({ roles: host(claims) }, 'roles');
  } catch {
    throw invalidToken('the roles are malformed');
  }
}

/** RFC 6901 §3 and §4; anything else is the name of a claim, which may have slashes and dots of its own. */
function stepsOf(place: string): readonly string[] {
  if (!place.startsWith('/')) return [place];
  return place
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The list at a place; where nothing is, there are no roles. */
function rolesAt(claims: JsonObject, path: readonly string[]): readonly string[] {
  let found: unknown = claims;
  for (const step of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return [];
    found = (found as JsonObject)[step];
  }
  return texts({ roles: found }, 'roles');
}
