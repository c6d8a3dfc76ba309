import type { AuthError } from '../kernel/auth-error.js';
import { defaultProblemDetailsSettings } from './problem-details.settings.js';

/** A problem document (RFC 9457 §3). */
type ProblemDetails = {
  /** Stable URI of the kind of problem. */
  readonly type: string;
  readonly title: string;
  /** Equals the HTTP status of the answer. */
  readonly status: number;
  /** Stable code: a key of the error catalogue. */
  readonly code: string;
  readonly detail?: string;
  /** Path of the request that was refused, without its query. */
  readonly instance?: string;
  readonly [extension: string]: unknown;
};

/** Where a problem happened and how its type is spelt. */
type ProblemDetailsContext = {
  readonly instance?: string;
  readonly typeBase?: string;
};

// Registered by the IETF rate-limit headers draft; a client library may know it.
const REGISTERED_TYPES: Readonly<Record<string, string>> = {
  quota_exceeded: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
};

/** The public problem document of an error; the private detail is left out unless the catalogue allows it. */
export function toProblemDetails(
  error: AuthError,
  { instance, typeBase = defaultProblemDetailsSettings.typeBase }: ProblemDetailsContext = {},
): ProblemDetails {
  const { entry, code, occurrence } = error;
  return {
    ...occurrence.extensions,
    type: REGISTERED_TYPES[code] ?? `${typeBase}${code.replaceAll('_', '-')}`,
    title: entry.title,
    status: entry.status,
    code,
    ...(entry.showsDetail && occurrence.detail !== undefined && { detail: occurrence.detail }),
    ...(instance !== undefined && { instance }),
  };
}
