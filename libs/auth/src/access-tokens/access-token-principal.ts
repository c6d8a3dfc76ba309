import type { Principal } from '../kernel/principal.js';
import { parseScope } from '../kernel/scope.js';
import { invalidToken } from './invalid-token.js';
import type { JsonObject } from '../jose/strict-json.js';

// Latest instant a Date can hold; a later `exp` is nonsense.
const MAX_EPOCH_SECONDS = 8_640_000_000_000;

/** What claims are checked against. */
export interface ClaimExpectations {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly clockToleranceMs: number;
  /** How to read the tokens of another issuer; `undefined` for our own. */
  readonly foreign: ForeignClaims | undefined;
}

/** What tokens of another issuer say in a way of their own. */
interface ForeignClaims {
  readonly maxTtlMs: number;
  /** Whether one without `aud` may be meant for us; the client that it was issued to decides. */
  readonly mayLackAudience: boolean;
  readonly subject: string;
  identityOf(claims: JsonObject): TokenIdentity;
}

/** Who a token was issued to, and what for: what issuers write in different ways. */
export type TokenIdentity = Omit<
  Principal,
  | 'subject'
  | 'authenticatedAt'
  | 'amr'
  | 'acr'
  | 'sessionData'
  | 'actor'
  | 'exchangedFrom'
  | 'issuedAt'
  | 'expiresAt'
  | 'claims'
>;

/** Checks the claims of a verified token and tells who is calling. @throws AuthError `invalid_token` */
export function readPrincipal(claims: JsonObject, expected: ClaimExpectations, now: number): Principal {
  if (claims['iss'] !== expected.issuer) throw invalidToken('the issuer is another one');
  const { foreign } = expected;
  const mayLackAudience = foreign?.mayLackAudience === true && !Object.hasOwn(claims, 'aud');
  if (!mayLackAudience && !isMeantFor(claims['aud'], expected.audience))
    throw invalidToken('the audience is another one');
  const { issuedAt, expiresAt } = timesOf(claims, expected, now);
  return verified({
    subject: text(claims, foreign?.subject ?? 'sub'),
    ...(foreign === undefined ? ownIdentity(claims) : foreign.identityOf(claims)),
    ...(foreign === undefined ? ownCircumstances(claims) : foreignCircumstances(claims)),
    ...(foreign === undefined ? ownDelegation(claims) : foreignDelegation(claims)),
    authenticatedAt: optional(claims, 'auth_time', instant),
    issuedAt,
    expiresAt,
    claims,
  });
}

/** From when to when a token is good, which is now. @throws AuthError `invalid_token` */
export function timesOf(
  claims: JsonObject,
  {
    clockToleranceMs,
    foreign,
  }: Pick<ClaimExpectations, 'clockToleranceMs'> & {
    readonly foreign: Pick<ForeignClaims, 'maxTtlMs'> | undefined;
  },
  now: number,
): Pick<Principal, 'issuedAt' | 'expiresAt'> {
  const expiresAt = instant(claims, 'exp');
  const issuedAt = instant(claims, 'iat');
  if (now >= expiresAt + clockToleranceMs) throw invalidToken('the token has expired');
  if (now + clockToleranceMs < notBeforeOf(claims)) throw invalidToken('the token is not valid yet');
  if (now + clockToleranceMs < issuedAt) throw invalidToken('the token was issued in the future');
  // Revocations are remembered for as long.
  if (foreign !== undefined && expiresAt - issuedAt > foreign.maxTtlMs)
    throw invalidToken('the token lives longer than accessTokens.foreign.maxTtl');
  return { issuedAt, expiresAt };
}

function ownIdentity(claims: JsonObject): TokenIdentity {
  return {
    clientId: text(claims, 'client_id'),
    tokenId: text(claims, 'jti'),
    sessionId: optional(claims, 'sid', text),
    scope: optional(claims, 'scope', scope),
    roles: optional(claims, 'roles', texts) ?? [],
    epoch: wholeNumber(claims, 'epoch'),
  };
}

/** How somebody proved who they are, and what was chosen for the session that it began. */
type Circumstances = Pick<Principal, 'amr' | 'acr' | 'sessionData'>;

function ownCircumstances(claims: JsonObject): Circumstances {
  return {
    amr: optional(claims, 'amr', texts),
    acr: optional(claims, 'acr', text),
    sessionData: optional(claims, 'session_data', object),
  };
}

// Other issuers write one method as text, and levels as numbers. What can't be read counts for nothing, and refuses no token.
function foreignCircumstances({ amr, acr }: JsonObject): Circumstances {
  const methods: readonly unknown[] = Array.isArray(amr) ? amr : [amr];
  return {
    amr: methods.every((method) => typeof method === 'string') ? methods : undefined,
    acr: typeof acr === 'string' ? acr : undefined,
    sessionData: undefined,
  };
}

/** Who acts for the subject (RFC 8693 §4.1), and what the token was made of. */
type Delegation = Pick<Principal, 'actor' | 'exchangedFrom'>;

function ownDelegation(claims: JsonObject): Delegation {
  const actor = optional(claims, 'act', object);
  const exchangedFrom = optional(claims, 'exchanged_from', origins);
  return {
    ...(actor !== undefined && { actor: text(actor, 'sub') }),
    ...(exchangedFrom !== undefined && { exchangedFrom }),
  };
}

function foreignDelegation({ act }: JsonObject): Delegation {
  const { sub } = (act ?? {}) as { readonly sub?: unknown };
  return typeof sub === 'string' && sub !== '' ? { actor: sub } : {};
}

function origins(claims: Readonly<JsonObject>, name: string): NonNullable<Principal['exchangedFrom']> {
  const value = claims[name];
  if (!Array.isArray(value)) throw invalidToken(`the claim ${name} is malformed`);
  return value.map((entry: unknown) => {
    const origin = object({ [name]: entry }, name);
    return {
      subject: text(origin, 'sub'),
      clientId: text(origin, 'client_id'),
      tokenId: text(origin, 'jti'),
      sessionId: optional(origin, 'sid', text),
      epoch: wholeNumber(origin, 'epoch'),
    };
  });
}

/** `nbf` in epoch ms; the beginning of time without one. @throws AuthError `invalid_token` */
export function notBeforeOf(claims: Readonly<JsonObject>): number {
  return optional(claims, 'nbf', instant) ?? 0;
}

/** RFC 7519 §4.1.3: one string or an array of strings, of which one has to be ours. */
export function isMeantFor(aud: unknown, ours: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (named.some((entry) => typeof entry !== 'string')) return false;
  return named.some((entry) => ours.includes(entry as string));
}

const principals = new WeakSet<object>();

/** A principal that was verified just now, frozen. */
export function verified(principal: Principal): Principal {
  principals.add(principal);
  return deepFreeze(principal);
}

/** Whether {@link verified} made it. A copy isn't: somebody may have changed it. */
export function isVerified(value: unknown): value is Principal {
  return typeof value === 'object' && value !== null && principals.has(value);
}

/** Freezes plain data. Principals are cached, and shared between requests: none may change what the next one sees. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
  return value;
}

/** What `read` makes of a claim, or `undefined` when the token has no such claim. */
export function optional<T>(
  claims: Readonly<JsonObject>,
  name: string,
  read: (claims: Readonly<JsonObject>, name: string) => T,
): T | undefined {
  return Object.hasOwn(claims, name) ? read(claims, name) : undefined;
}

/** Text that is not empty, and well-formed, since it may become a key of a store. @throws AuthError `invalid_token` */
export function text(claims: Readonly<JsonObject>, name: string): string {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof value === 'string' && value !== '' && value.isWellFormed()) return value;
  throw invalidToken(`the claim ${name} is missing or malformed`);
}

/** A list of such texts. @throws AuthError `invalid_token` */
export function texts(claims: Readonly<JsonObject>, name: string): readonly string[] {
  const value = claims[name];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')) return value;
  throw invalidToken(`the claim ${name} is malformed`);
}

function object(claims: Readonly<JsonObject>, name: string): Readonly<Record<string, unknown>> {
  const value = claims[name];
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalidToken(`the claim ${name} is malformed`);
}

/** A scope string (RFC 6749 §3.3), taken apart. @throws AuthError `invalid_token` */
export function scope(claims: Readonly<JsonObject>, name: string): readonly string[] {
  const value = claims[name];
  const parsed = typeof value === 'string' ? parseScope(value) : undefined;
  if (parsed === undefined) throw invalidToken(`the claim ${name} is malformed`);
  return parsed;
}

/** A whole number from 0. @throws AuthError `invalid_token` */
export function wholeNumber(claims: Readonly<JsonObject>, name: string): number {
  const value = claims[name];
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw invalidToken(`the claim ${name} is missing or malformed`);
}

/** A NumericDate (RFC 7519 §2: seconds, fractions allowed) in epoch ms. @throws AuthError `invalid_token` */
export function instant(claims: Readonly<JsonObject>, name: string): number {
  const value = claims[name];
  if (typeof value === 'number' && value >= 0 && value <= MAX_EPOCH_SECONDS) return Math.floor(value * 1000);
  throw invalidToken(`the claim ${name} is missing or malformed`);
}
