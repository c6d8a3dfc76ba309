import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { readOptions } from '../kernel/configuration/option-reader.js';

/** How refusals are written; without it the defaults below apply, so the filter works alone as well. */
export abstract class ProblemDetailsSettings {
  /** `realm` of every challenge (RFC 7235 §2.2). */
  abstract readonly realm: string;
  /** What the `type` URI of a problem starts with; the code follows in kebab case. */
  abstract readonly typeBase: string;
  /** Auth-schemes that a 401 asks for besides `Bearer`. @default none */
  readonly challenges?: readonly string[];
  /** Algorithms of proofs, which the challenge of `DPoP` tells. @default none */
  readonly dpopAlgorithms?: readonly string[];
  /** Where clients find out who issues tokens (RFC 9728 §5.1). @default nothing is told */
  readonly resourceMetadata?: string | undefined;
}

/** What hosts say of it. */
export type ProblemDetailsOptions = Partial<Pick<ProblemDetailsSettings, 'realm' | 'typeBase'>>;

/** What applies unless the host says otherwise. */
export const defaultProblemDetailsSettings = Object.freeze({
  realm: 'api',
  typeBase: 'urn:gatehouse:problem:',
}) satisfies ProblemDetailsSettings;

const REALM = { pattern: /^[ -~]{1,200}$/, expected: '1-200 printable ASCII characters' };
// RFC 3986 §4.3, as far as a prefix can be told.
const URI_PREFIX = {
  pattern: /^[a-z][a-z\d+.-]*:[\w:/?#[\]@!$&'()*+,;=.~%-]+$/i,
  expected: 'the beginning of an absolute URI',
};

/** Resolves how refusals are written; an option that is `undefined` counts as not given. */
export function resolveProblemDetailsSettings(
  given: unknown,
  findings: ConfigurationFindings,
): ProblemDetailsSettings {
  return readOptions<ProblemDetailsOptions, ProblemDetailsSettings>(
    given,
    'problemDetails',
    findings,
    (read) =>
      Object.freeze({
        realm: read.text('realm', defaultProblemDetailsSettings.realm, REALM),
        typeBase: read.text('typeBase', defaultProblemDetailsSettings.typeBase, URI_PREFIX),
      }),
  );
}
