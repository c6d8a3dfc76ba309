import { verified } from '../../access-tokens/access-token-principal.js';
import { plainClaims } from '../../access-tokens/plain-claims.js';
import { END_OF_TIME, isInstant } from '../../kernel/clock.js';
import { isObject } from '../../kernel/configuration/option-reader.js';
import { MACHINE_PREFIX, type Principal } from '../../kernel/principal.js';
import { isScopeToken } from '../../kernel/scope.js';
import { isIdentifier } from '../../kernel/text.js';

/** What a scheme answered makes no sense; the message names the member. */
export class UnsoundAnswer extends TypeError {}

// A symbol: copies of an object have it, as handlers get one, and what is written down as JSON doesn't.
const BEGAN_AT: unique symbol = Symbol.for('gatehouse:verification-began-at') as never;

/**
 * When the verification of a scheme's credential began, on the clock of this process that nobody can set (`Clock.elapsed()`).
 * `undefined` for every other principal, and for one that was put together elsewhere.
 */
export function verificationBeganAt(
  principal: Principal & { readonly [BEGAN_AT]?: number },
): number | undefined {
  return principal[BEGAN_AT];
}

/**
 * The principal of what a scheme's `verify()` answered: complete, checked like what other hosts' code answers, and frozen.
 * @param beganAt when the scheme was asked, see {@link verificationBeganAt}
 * @throws UnsoundAnswer that names scheme and member
 */
export function principalOfAnswer(given: unknown, scheme: string, now: number, beganAt: number): Principal {
  return verified(Object.assign(readAnswer(given, scheme, now), { [BEGAN_AT]: beganAt }));
}

function readAnswer(given: unknown, scheme: string, now: number): Principal {
  if (!isObject(given)) throw new UnsoundAnswer(`verify() of the scheme ${scheme} answered no object`);
  const read = <T>(member: keyof Principal, { read: reader, expected }: Form<T>): T | undefined => {
    const value = given[member] ?? undefined;
    const found = value === undefined ? undefined : reader(value);
    if (found === undefined && value !== undefined) throw refusal(scheme, member, expected);
    return found;
  };
  const required = (member: keyof Principal): string => {
    const found = read(member, name);
    if (found === undefined) throw refusal(scheme, member, name.expected);
    return found;
  };
  const subject = required('subject');
  const clientId = read('clientId', name);
  const sessionId = read('sessionId', name);
  const authenticatedAt = read('authenticatedAt', instant);
  const isUser = sessionId !== undefined || authenticatedAt !== undefined;
  if (subject.startsWith(MACHINE_PREFIX) && (isUser || (clientId ?? idOf(subject)) !== idOf(subject)))
    throw refusal(scheme, 'subject', 'that of a user, or `client:` and the `clientId` of a machine');
  return {
    scheme,
    subject,
    clientId: clientId ?? idOf(subject),
    scope: read('scope', scopeTokens),
    roles: read('roles', names) ?? [],
    sessionId,
    tokenId: required('tokenId'),
    epoch: read('epoch', count),
    authenticatedAt,
    amr: read('amr', names),
    acr: read('acr', name),
    sessionData: read('sessionData', members),
    issuedAt: read('issuedAt', instant) ?? now,
    expiresAt: read('expiresAt', instant) ?? END_OF_TIME,
    claims: read('claims', members) ?? {},
    ...(given['rateLimit'] !== undefined && { rateLimit: read('rateLimit', quota) }),
  };
}

function idOf(subject: string): string {
  return subject.startsWith(MACHINE_PREFIX) && subject.length > MACHINE_PREFIX.length
    ? subject.slice(MACHINE_PREFIX.length)
    : subject;
}

/** How a member is read: `undefined` is what isn't of the form. */
interface Form<T> {
  readonly expected: string;
  read(value: unknown): T | undefined;
}

const name: Form<string> = {
  expected: 'non-empty, well-formed text',
  read: (value) => (isIdentifier(value) ? value : undefined),
};
const names: Form<readonly string[]> = {
  expected: 'a list of non-empty texts',
  read: (value) => (Array.isArray(value) && value.every(isIdentifier) ? [...new Set(value)] : undefined),
};
const scopeTokens: Form<readonly string[]> = {
  expected: 'a list of scope tokens (RFC 6749 §3.3)',
  read: (value) => (Array.isArray(value) && value.every(isScopeToken) ? [...new Set(value)] : undefined),
};
const instant: Form<number> = {
  expected: 'an instant in epoch ms',
  read: (value) => (isInstant(value) ? value : undefined),
};
const count: Form<number> = {
  expected: 'a whole number',
  read: (value) => (Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined),
};
const quota: Form<NonNullable<Principal['rateLimit']>> = {
  expected: 'a limit and windowMs, whole numbers of at least 1',
  read: (value) => {
    const { limit, windowMs } = isObject(value) ? value : {};
    const isSound = [limit, windowMs].every((number) => Number.isSafeInteger(number) && Number(number) > 0);
    return isSound ? { limit: Number(limit), windowMs: Number(windowMs) } : undefined;
  },
};
const members: Form<Readonly<Record<string, unknown>>> = {
  expected: 'an object of plain data',
  // A copy: what a host keeps must not be frozen.
  read: (value) => {
    try {
      return plainClaims(value);
    } catch {
      return undefined;
    }
  },
};

function refusal(scheme: string, member: string, expected: string): UnsoundAnswer {
  return new UnsoundAnswer(`verify() of the scheme ${scheme}: \`${member}\` must be ${expected}`);
}
