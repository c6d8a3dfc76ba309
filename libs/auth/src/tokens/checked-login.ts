import { deepFreeze } from '../access-tokens/access-token-principal.js';
import { plainClaims } from '../access-tokens/plain-claims.js';
import { isInstant } from '../kernel/clock.js';
import { isObject } from '../kernel/configuration/option-reader.js';
import { MACHINE_PREFIX } from '../kernel/principal.js';
import { isScopeToken } from '../kernel/scope.js';
import { isBinding } from '../kernel/sender-binding.js';
import { isIdentifier } from '../kernel/text.js';
import type { SessionFacts } from '../sessions/session.js';
import type { Login } from './token-pair.js';

/** How somebody proved who they are, and plain data of the host about that. */
type Circumstances = Pick<Login, 'amr' | 'acr' | 'claims' | 'sessionData'>;

/** Who somebody is and what they may do, as hosts say it. */
export type CheckedUser = Pick<Login, 'subject' | 'roles' | 'scope' | 'answer'> & Circumstances;

// Records and tokens stay small, whatever the host says. A token that holds too much of all of it is refused when it is made.
const LONGEST_DATA_BYTES = 4096;
const LONGEST_ACR = 256;
const MOST_METHODS = 16;
/** What an answer says by itself, and what a client would take for something else in it (RFC 6749 §5, OpenID Connect). */
const REGISTERED =
  'access_token refresh_token token_type expires_in scope id_token issued_token_type error'.split(' ');

/** Hosts answer what their database did, and that is `null`, `false`, `0` or an empty text as often as `undefined`. */
export function isNobody(answer: unknown): boolean {
  return !answer;
}

/**
 * What a host's `method` answered, or was given, if a session can be opened for it; `null` stands for "none".
 * @throws TypeError that names method and member, before anything was opened
 */
export function checkedUser(given: unknown, method: string): CheckedUser {
  if (!isObject(given)) throw new TypeError(`${method}: ${kindOf(given)} is no user`);
  const { subject, roles, scope } = given;
  if (!isSubject(subject))
    throw refusal(method, 'subject', 'non-empty, well-formed text that does not start with "client:"');
  const names = listOf(roles, isIdentifier);
  if (names === undefined) throw refusal(method, 'roles', 'a list of role names');
  const tokens = listOf(scope, isScopeToken);
  if (tokens === undefined) throw refusal(method, 'scope', 'a list of scope tokens (RFC 6749 §3.3)');
  const scoped = tokens !== null && { scope: tokens };
  return {
    subject,
    roles: names ?? [],
    ...scoped,
    ...checkedCircumstances(given, method),
    ...checkedAnswer(given, method),
  };
}

/** Written down now: what JSON can't write must not turn up when the session is open. */
function checkedAnswer({ answer }: Readonly<Record<string, unknown>>, method: string): Pick<Login, 'answer'> {
  if (isMissing(answer)) return {};
  const written = isObject(answer) ? asJson(answer) : undefined;
  if (!isObject(written)) throw refusal(method, 'answer', 'an object that JSON can write');
  const taken = REGISTERED.find((name) => Object.hasOwn(written, name));
  if (taken !== undefined) throw refusal(method, 'answer', `without ${taken}, which isn't the host's to say`);
  return { answer: written };
}

function asJson(value: object): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return undefined;
  }
}

/** Of these members those that there are. @throws TypeError that names method and member */
export function checkedCircumstances(
  given: Readonly<Record<string, unknown>>,
  method: string,
): Circumstances {
  const { amr, acr } = given;
  const methods = listOf(amr, (entry) => isIdentifier(entry) && entry.length <= 64);
  if (methods === undefined || (methods?.length ?? 0) > MOST_METHODS)
    throw refusal(method, 'amr', `a list of at most ${MOST_METHODS} authentication methods (RFC 8176)`);
  const isLevel = isMissing(acr) || (isIdentifier(acr) && acr.length <= LONGEST_ACR);
  if (!isLevel) throw refusal(method, 'acr', `non-empty text of at most ${LONGEST_ACR} characters`);
  return {
    ...(methods !== null && { amr: methods }),
    ...(!isMissing(acr) && { acr }),
    ...plainMember(given, 'claims', method),
    ...plainMember(given, 'sessionData', method),
  };
}

function plainMember(
  given: Readonly<Record<string, unknown>>,
  member: 'claims' | 'sessionData',
  method: string,
): Pick<Login, 'claims' | 'sessionData'> {
  const value = given[member];
  if (isMissing(value)) return {};
  if (!isObject(value)) throw refusal(method, member, 'a plain object');
  const data = plainClaims(value, `${method}: \`${member}\``);
  if (Buffer.byteLength(JSON.stringify(data)) > LONGEST_DATA_BYTES)
    throw refusal(method, member, `at most ${LONGEST_DATA_BYTES} bytes of JSON`);
  // Records in memory hold it, and host code is shown it.
  return { [member]: deepFreeze(data) };
}

/**
 * A login as a host describes it, if a session can be opened for it.
 * @throws TypeError that names method and member, before anything was opened
 */
export function checkedLogin(
  login: Login,
  method: string,
): SessionFacts & Pick<Login, 'answer' | 'accessTokenTtlMs' | 'bindsRefreshTokens'> {
  const user = checkedUser(login, method);
  const { clientId, authenticatedAt, device, accessTokenTtlMs, resource, binding, bindsRefreshTokens } =
    login;
  if (!isIdentifier(clientId)) throw refusal(method, 'clientId', 'non-empty, well-formed text');
  if (!isInstant(authenticatedAt)) throw refusal(method, 'authenticatedAt', 'an instant in epoch ms');
  const told = isObject(device) ? [device.userAgent, device.ip, device.label] : [0];
  if (!told.every((text) => text === undefined || typeof text === 'string'))
    throw refusal(method, 'device', 'an object whose userAgent, ip and label are text, or left out');
  if (!isMissing(resource) && !isIdentifier(resource))
    throw refusal(method, 'resource', 'non-empty, well-formed text, or left out');
  if (!isMissing(binding) && !isBinding(binding))
    throw refusal(method, 'binding', 'the thumbprint of a key (RFC 7638, SHA-256), or left out');
  if (!isMissing(accessTokenTtlMs) && !(typeof accessTokenTtlMs === 'number' && accessTokenTtlMs > 0))
    throw refusal(method, 'accessTokenTtlMs', 'a positive number of milliseconds, or left out');
  const bound = { ...(!isMissing(binding) && { binding }), bindsRefreshTokens };
  return { ...user, clientId, authenticatedAt, device, resource, accessTokenTtlMs, ...bound };
}

/** What a session keeps of a login, and what is for its first answer only. */
export function openingOf({
  answer,
  accessTokenTtlMs: ttlMs,
  binding,
  bindsRefreshTokens = true,
  ...facts
}: ReturnType<typeof checkedLogin>) {
  const bound = bindsRefreshTokens && binding !== undefined ? { binding } : {};
  return { answer, ttlMs, binding, facts: { ...facts, ...bound } };
}

// RFC 9068 §5: a user must never be mistaken for a machine, whose `sub` is `client:<id>`. And keys of stores are UTF-8,
// in which all texts are one that differ in lone surrogates only.
function isSubject(value: unknown): value is string {
  return isIdentifier(value) && !value.startsWith(MACHINE_PREFIX);
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** `null`: there is none; `undefined`: it isn't such a list. */
function listOf(given: unknown, isSound: (entry: unknown) => boolean): readonly string[] | null | undefined {
  if (isMissing(given)) return null;
  return Array.isArray(given) && given.every(isSound) ? [...new Set(given as string[])] : undefined;
}

function kindOf(value: unknown): string {
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function refusal(method: string, member: string, expected: string): TypeError {
  return new TypeError(`${method}: \`${member}\` must be ${expected}`);
}
