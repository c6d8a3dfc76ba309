import type { ConfigurationFindings } from '../kernel/configuration-error.js';

/** How refusals are written. */
export interface ProblemsOptions {
  /** `realm` of `WWW-Authenticate`. @default 'api' */
  readonly realm?: string;
  /** What `type` URIs start with. @default 'urn:gatehouse:problem:' */
  readonly typeBase?: string;
}

/** How refusals are written; without it the defaults below apply, so the filter works alone as well. */
export abstract class ProblemDetailsSettings {
  /** `realm` of every challenge (RFC 7235 §2.2). */
  abstract readonly realm: string;
  /** What the `type` URI of a problem starts with; the code follows in kebab case. */
  abstract readonly typeBase: string;
}

/** What applies unless the host says otherwise. */
export const defaultProblemDetailsSettings = Object.freeze({
  realm: 'api',
  typeBase: 'urn:gatehouse:problem:',
}) satisfies ProblemDetailsSettings;

const REALM = /^[ -~]{1,200}$/;
// RFC 3986 §4.3, as far as a prefix can be told.
const URI_PREFIX = /^[a-z][a-z\d+.-]*:[\w:/?#[\]@!$&'()*+,;=.~%-]+$/i;

/** Resolves how refusals are written; an option that is `undefined` counts as not given. */
export function resolveProblemDetailsSettings(
  options: ProblemsOptions = {},
  findings: ConfigurationFindings,
): ProblemDetailsSettings {
  const { realm = defaultProblemDetailsSettings.realm, typeBase = defaultProblemDetailsSettings.typeBase } =
    options;
  if (typeof realm !== 'string' || !REALM.test(realm))
    findings.add('problems.realm', 'expected 1-200 printable ASCII characters');
  if (typeof typeBase !== 'string' || !URI_PREFIX.test(typeBase))
    findings.add('problems.typeBase', 'expected the beginning of an absolute URI');
  return Object.freeze({ realm, typeBase });
}
