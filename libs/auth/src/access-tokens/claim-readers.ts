import { parseScope } from '../kernel/scope.js';
import { invalidToken } from './invalid-token.js';
import type { JsonObject } from './strict-json.js';

// Latest instant a Date can hold; a later `exp` is nonsense.
const MAX_EPOCH_SECONDS = 8_640_000_000_000;

/** What `read` makes of a claim, or `undefined` when the token has no such claim. */
export function optional<T>(
  claims: Readonly<JsonObject>,
  name: string,
  read: (claims: Readonly<JsonObject>, name: string) => T,
): T | undefined {
  return Object.hasOwn(claims, name) ? read(claims, name) : undefined;
}

/** Text that is not empty. @throws AuthError `invalid_token` */
export function text(claims: Readonly<JsonObject>, name: string): string {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw invalidToken(`the claim ${name} is missing or malformed`);
}

/** A list of such texts. @throws AuthError `invalid_token` */
export function texts(claims: Readonly<JsonObject>, name: string): readonly string[] {
  const value = claims[name];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')) return value;
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
