import { digest } from '../kernel/opaque.js';
import { isObject, type OptionReader } from '../kernel/configuration/option-reader.js';
import { parseScope } from '../kernel/scope.js';
import { isBinding, isCookieBinding } from '../kernel/sender-binding.js';
import type { AccessTokensOptions } from './access-tokens.options.js';
import { optional, text, type TokenIdentity } from './access-token-principal.js';
import { resolveRoles, type RolesReader } from './foreign-roles.js';
import { invalidToken } from './invalid-token.js';
import type { JsonObject } from '../jose/strict-json.js';

/** Options of `accessTokens.foreign`. */
export type ForeignTokensOptions = NonNullable<AccessTokensOptions['foreign']>;

/** Resolved {@link ForeignTokensOptions}. */
export interface ForeignTokens {
  /** In small letters. */
  readonly types: ReadonlySet<string>;
  /** Longest lifetime that is accepted. */
  readonly maxTtlMs: number;
  /** `aud` of logout tokens: the client ids of this service at its issuer. */
  readonly logoutAudience: readonly string[];
  /** The claim that names the subject. */
  readonly subject: string;
  /** Whether a token without `aud` may be meant for us: the client that it was issued to says so. */
  readonly mayLackAudience: boolean;
  /** Who a token was issued to, and what for. @throws AuthError `invalid_token` */
  identityOf(claims: JsonObject): TokenIdentity;
}

const HEADER_TYPE = { pattern: /^[!-~]+$/, expected: 'a header type such as JWT' };
const HOUR_MS = 3_600_000;

/** Resolves `accessTokens.foreign`; each mistake becomes a finding. */
export function resolveForeignTokens(read: OptionReader<ForeignTokensOptions>): ForeignTokens {
  const types = read.texts('types', ['JWT'], HEADER_TYPE);
  const roles = resolveRoles(read);
  const clientIds = new Set(read.texts('clientIds', [], undefined, { min: 1 }));
  return Object.freeze({
    types: new Set(types.map((type) => type.toLowerCase())),
    maxTtlMs: read.duration('maxTtl', 24 * HOUR_MS, { min: 1000, bareMin: 60_000 }),
    logoutAudience: read.texts('logoutAudience', [...clientIds], undefined, { min: 1 }),
    mayLackAudience: clientIds.size > 0,
    subject: read.text('subject', 'sub'),
    identityOf: (claims: JsonObject) => foreignIdentity(claims, roles, clientIds),
  });
}

function foreignIdentity(
  claims: JsonObject,
  roles: RolesReader,
  clientIds: ReadonlySet<string>,
): TokenIdentity {
  refuseOtherKinds(claims);
  // It is no session of ours, but what revokes it has to be able to name it.
  optional(claims, 'sid', text);
  return {
    clientId: clientOf(claims, clientIds),
    // Entra has no jti; the payload is signed and has one spelling, so it stands for itself.
    tokenId: optional(claims, 'jti', text) ?? optional(claims, 'uti', text) ?? digest(JSON.stringify(claims)),
    // `sid` names a session of the other issuer, and none of ours.
    sessionId: undefined,
    scope: optional(claims, 'scope', scopes) ?? optional(claims, 'scp', scopes),
    roles: roles(claims),
    epoch: undefined,
  };
}

const HASHES = ['at_hash', 'c_hash', 's_hash'];

/**
 * With `JWT` as type, or none, an ID, refresh or logout token of the same issuer is told apart by its claims only (RFC 8725
 * §3.12): Keycloak says the kind in `typ`, Cognito in `token_use`; only ID tokens have hashes, and only logout tokens events.
 */
function refuseOtherKinds(claims: JsonObject): void {
  const { typ, token_use: use } = claims;
  const isOtherType = typeof typ === 'string' && typ !== 'Bearer' && typ !== 'DPoP';
  const isOtherUse = Object.hasOwn(claims, 'token_use') && use !== 'access';
  // The nonce of an authentication request comes back in its ID token; Keycloak put it into every token.
  const isIdToken = [...HASHES, ...(typ === undefined ? ['nonce'] : [])].some((name) =>
    Object.hasOwn(claims, name),
  );
  if (isOtherType || isOtherUse || isIdToken || Object.hasOwn(claims, 'events'))
    throw invalidToken('this is another kind of token');
  // RFC 9449 §7.2: one that is bound is no bearer token. Whoever uses it is asked for a proof of the key, and of nothing else.
  if (Object.hasOwn(claims, 'cnf') && !isProvableKey(claims['cnf']))
    throw invalidToken('the token is bound (cnf) in a way that nobody looks at here');
}

function isProvableKey(confirmation: unknown): boolean {
  if (!isObject(confirmation) || Object.keys(confirmation).length !== 1) return false;
  const { jkt } = confirmation;
  return isBinding(jkt) && !isCookieBinding(jkt);
}

// RFC 9068 §2.2, OpenID Connect, Entra's first version, Okta.
const CLIENT_CLAIMS = ['client_id', 'azp', 'appid', 'cid'];

function clientOf(claims: JsonObject, accepted: ReadonlySet<string>): string {
  const name = CLIENT_CLAIMS.find((each) => Object.hasOwn(claims, each));
  if (name === undefined) throw invalidToken('the claim client_id is missing');
  const clientId = text(claims, name);
  if (accepted.size > 0 && !accepted.has(clientId))
    throw invalidToken('the client is none of accessTokens.foreign.clientIds');
  return clientId;
}

function scopes(claims: Readonly<JsonObject>, name: string): readonly string[] {
  const value = claims[name];
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  const written = isList ? value.join(' ') : value;
  const parsed = typeof written === 'string' ? parseScope(written) : undefined;
  if (parsed === undefined) throw invalidToken(`the claim ${name} is malformed`);
  return parsed;
}
