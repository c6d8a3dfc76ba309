import { type Duration, parseDuration } from '../kernel/duration.js';
import { defineRouteMetadata, routeDecorator } from './handler-metadata.js';

/** Metadata key of {@link RequireFreshAuth}; global, so two copies of the package agree. */
export const FRESH_AUTH = Symbol.for('gatehouse:fresh-auth');

/** How somebody has to have logged in. */
type FreshAuthOptions = {
  /** How long ago the login may be at most (claim `auth_time`). @default any time */
  readonly maxAge?: Duration;
  /** Authentication methods that the login must have used, all of them (claim `amr`, RFC 8176): `'otp'`, `'hwk'`, `'mfa'`. */
  readonly amr?: string | readonly string[];
  /** Authentication context classes, one of which the login must have reached (claim `acr`), the preferred one first. */
  readonly acr?: string | readonly string[];
};

/** Resolved {@link FreshAuthOptions}. */
export interface FreshAuthRequirement {
  readonly maxAgeMs: number | undefined;
  /** All of them. */
  readonly amr: readonly string[];
  /** One of them; `undefined`: any will do, or none. */
  readonly acr: readonly string[] | undefined;
}

/**
 * Step-up: requires that the user logged in no longer ago than `maxAge`, by certain methods, else 401
 * `insufficient_user_authentication` with `max_age` and `acr_values` (RFC 9470 §3). A refresh doesn't count as a login.
 * @throws TypeError when `maxAge` is not a positive duration, when a list is empty or repeats itself, or nothing is asked for
 * @example
 * ```ts
 * @RequireFreshAuth('5m')
 * @Post('password')
 * changePassword() {}
 *
 * @RequireFreshAuth({ maxAge: '5m', amr: ['otp'] })
 * @Post('transfers')
 * transfer() {}
 * ```
 */
export function RequireFreshAuth(required: Duration | FreshAuthOptions): MethodDecorator & ClassDecorator {
  const requirement = read(typeof required === 'object' ? required : { maxAge: required });
  return routeDecorator((place) => defineRouteMetadata(FRESH_AUTH, requirement, place));
}

/** What all of some layers ask for together. @throws TypeError when no login can satisfy all */
export function allOf(
  [first, ...others]: readonly FreshAuthRequirement[],
  where: string,
): FreshAuthRequirement | undefined {
  return others.reduce<FreshAuthRequirement | undefined>(
    (one, other) => (one === undefined ? other : both(one, other, where)),
    first,
  );
}

function both(a: FreshAuthRequirement, b: FreshAuthRequirement, where: string): FreshAuthRequirement {
  const ages = [a.maxAgeMs, b.maxAgeMs].filter((age) => age !== undefined);
  const acr = a.acr?.filter((value) => b.acr?.includes(value) ?? true) ?? b.acr;
  if (acr?.length === 0)
    throw new TypeError(`${where}: the @RequireFreshAuth() of method and class have no acr in common`);
  return {
    maxAgeMs: ages.length === 0 ? undefined : Math.min(...ages),
    amr: [...new Set([...a.amr, ...b.amr])],
    acr,
  };
}

function read(given: FreshAuthOptions): FreshAuthRequirement {
  const { maxAge, amr, acr, ...strangers } = given ?? {};
  const [stranger] = Object.keys(strangers);
  const isEmpty = maxAge === undefined && amr === undefined && acr === undefined;
  if (stranger !== undefined || isEmpty) throw refusal('maxAge, amr or acr', stranger ?? given);
  return Object.freeze({
    maxAgeMs: maxAge === undefined ? undefined : readAge(maxAge),
    amr: amr === undefined ? [] : readValues('amr', amr),
    acr: acr === undefined ? undefined : readValues('acr', acr),
  });
}

function readAge(maxAge: unknown): number {
  const maxAgeMs = parseDuration(maxAge);
  if (maxAgeMs === undefined || maxAgeMs === 0) throw refusal("a positive duration such as '5m'", maxAge);
  return maxAgeMs;
}

// In a challenge they are one text with spaces between them (RFC 9470 §3).
const VALUE = /^[!#-[\]-~]+$/;

function readValues(name: 'amr' | 'acr', given: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  const isSound = values.every((value) => typeof value === 'string' && VALUE.test(value));
  if (!isSound || values.length === 0 || new Set(values).size < values.length)
    throw refusal(`as ${name} values without spaces, each once`, given);
  return Object.freeze([...values] as string[]);
}

function refusal(expected: string, got: unknown): TypeError {
  return new TypeError(`@RequireFreshAuth() expects ${expected}, got ${JSON.stringify(got)}`);
}
