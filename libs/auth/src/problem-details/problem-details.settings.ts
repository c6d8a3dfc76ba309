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
