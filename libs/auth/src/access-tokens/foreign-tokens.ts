import type { ConfigurationFindings } from '../kernel/configuration-error.js';
import { digest } from '../kernel/opaque.js';
import type { Principal } from '../kernel/principal.js';
import { parseScope } from '../kernel/scope.js';
import { optional, text, texts } from './claim-readers.js';
import { invalidToken } from './invalid-token.js';
import type { JsonObject } from './strict-json.js';

/** What to make of the tokens of another issuer, where they differ from RFC 9068. */
export interface ForeignTokensOptions {
  /** Accepted header types beside `at+jwt`; `'none'` stands for a missing one. @default ['JWT'] */
  readonly types?: readonly string[];
  /** Role names of a token; throwing refuses it. @default the claim `roles`, or Keycloak's `realm_access.roles` */
  readonly roles?: (claims: Readonly<Record<string, unknown>>) => readonly string[];
}

/** Resolved {@link ForeignTokensOptions}. */
export interface ForeignTokens {
  /** In small letters. */
  readonly types: ReadonlySet<string>;
  readonly roles: (claims: Readonly<Record<string, unknown>>) => readonly string[];
}

/** Resolves `accessTokens.foreign`; each mistake becomes a finding. */
export function resolveForeignTokens(
  options: ForeignTokensOptions | undefined,
  findings: ConfigurationFindings,
): ForeignTokens | undefined {
  if (options === undefined) return undefined;
  const { types = ['JWT'], roles = rolesOf } = options;
  if (!Array.isArray(types) || types.some((type) => typeof type !== 'string')) {
    findings.add('accessTokens.foreign.types', 'expected a list of header types such as JWT');
    return undefined;
  }
  if (typeof roles !== 'function') findings.add('accessTokens.foreign.roles', 'expected a function');
  return Object.freeze({ types: new Set(types.map((type) => type.toLowerCase())), roles });
}

/** Who a token of another issuer was issued to, and what for. @throws AuthError `invalid_token` */
export function foreignIdentity(
  claims: JsonObject,
  { roles }: ForeignTokens,
): Pick<Principal, 'clientId' | 'tokenId' | 'sessionId' | 'scope' | 'roles' | 'epoch'> {
  refuseOtherKinds(claims);
  return {
    clientId: firstText(claims, ['client_id', 'azp', 'appid']),
    // Entra has no jti; the payload is signed and has one spelling, so it stands for itself.
    tokenId: optional(claims, 'jti', text) ?? optional(claims, 'uti', text) ?? digest(JSON.stringify(claims)),
    // `sid` names a session of the other issuer, and none of ours.
    sessionId: undefined,
    scope: optional(claims, 'scope', scopes) ?? optional(claims, 'scp', scopes),
    roles: readRoles(claims, roles),
    epoch: undefined,
  };
}

// With `JWT` as type, an ID or logout token of the same issuer is told apart by its claims only (RFC 8725 §3.12).
function refuseOtherKinds(claims: JsonObject): void {
  const kind = claims['typ'];
  const isOtherKind = typeof kind === 'string' && kind !== 'Bearer' && kind !== 'DPoP';
  if (isOtherKind || ['at_hash', 'c_hash', 's_hash', 'events'].some((name) => Object.hasOwn(claims, name))) {
    throw invalidToken('this is another kind of token');
  }
}

function firstText(claims: JsonObject, names: readonly string[]): string {
  const name = names.find((each) => Object.hasOwn(claims, each));
  if (name === undefined) throw invalidToken('the claim client_id is missing');
  return text(claims, name);
}

function scopes(claims: Readonly<JsonObject>, name: string): readonly string[] {
  const value = claims[name];
  const written = Array.isArray(value) ? value.join(' ') : value;
  const parsed = typeof written === 'string' ? parseScope(written) : undefined;
  if (parsed === undefined) throw invalidToken(`the claim ${name} is malformed`);
  return parsed;
}

function readRoles(claims: JsonObject, read: ForeignTokens['roles']): readonly string[] {
  try {
    return texts({ roles: read(claims) }, 'roles');
  } catch {
    throw invalidToken('the roles are malformed');
  }
}

function rolesOf(claims: Readonly<Record<string, unknown>>): readonly string[] {
  const realm = claims['realm_access'] as { readonly roles?: readonly string[] } | undefined;
  return (claims['roles'] as readonly string[] | undefined) ?? realm?.roles ?? [];
}
