import type { AuthError } from '../kernel/auth-error.js';
import { formatScope } from '../kernel/scope.js';

const BEARER = 'Bearer';
const DPOP = 'DPoP';
/** RFC 9728 §5.1: what shows an access token; who issues some is told to these. */
const OF_ACCESS_TOKENS: ReadonlySet<string> = new Set([BEARER, DPOP]);
/** Refusals that another credential may avoid. */
const TELLING_EVERY_WAY: ReadonlySet<string> = new Set(['unauthenticated', 'invalid_token']);

/** How challenges are written. */
export interface ChallengeSettings {
  readonly realm: string;
  /** Auth-schemes that a 401 asks for besides `Bearer`. */
  readonly challenges?: readonly string[];
  /** Algorithms of proofs, which challenges of the scheme `DPoP` tell (RFC 9449 §7.1). */
  readonly dpopAlgorithms?: readonly string[];
  /** URL of the metadata of this resource server (RFC 9728). */
  readonly resourceMetadata?: string | undefined;
}

/** The `WWW-Authenticate` value of a refusal (RFC 6750 §3, RFC 9470 §3), or `undefined` where none belongs. */
export function wwwAuthenticate(error: AuthError, settings: ChallengeSettings): string | undefined {
  const { code, entry, occurrence } = error;
  const { realm, challenges = [] } = settings;
  if (entry.challenge === undefined) return undefined;
  // RFC 7617 §2.1. However a client failed, nothing else can be asked for by a challenge.
  if (entry.challenge === 'basic') return `Basic realm=${quoted(realm)}, charset="UTF-8"`;
  const { scheme = BEARER } = occurrence;
  const all = [BEARER, ...challenges];
  // What no challenge can ask for (a certificate) is not in the list.
  const refused = all.includes(scheme) ? [challengeOf(scheme, settings, parametersOf(error))] : [];
  // RFC 9110 §11.6.1: one challenge for each way to get in.
  const others =
    TELLING_EVERY_WAY.has(code) || refused.length === 0 ? all.filter((name) => name !== scheme) : [];
  return [...refused, ...others.map((name) => challengeOf(name, settings))].join(', ');
}

function challengeOf(
  scheme: string,
  { realm, dpopAlgorithms = [], resourceMetadata }: ChallengeSettings,
  about: readonly string[] = [],
): string {
  const parameters = [`realm=${quoted(realm)}`, ...about];
  if (scheme === DPOP) parameters.push(`algs=${quoted(dpopAlgorithms.join(' '))}`);
  if (resourceMetadata !== undefined && OF_ACCESS_TOKENS.has(scheme))
    parameters.push(`resource_metadata=${quoted(resourceMetadata)}`);
  return `${scheme} ${parameters.join(', ')}`;
}

/** What a challenge says about a refusal. */
function parametersOf({ entry, occurrence }: AuthError): readonly string[] {
  const parameters: string[] = [];
  // RFC 6750 §3.1: a request without credentials gets no error code.
  if (entry.challenge === 'error' && entry.oauthError !== undefined) {
    parameters.push(`error=${quoted(entry.oauthError)}`, `error_description=${quoted(entry.title)}`);
  }
  if (occurrence.scope !== undefined) parameters.push(`scope=${quoted(formatScope(occurrence.scope))}`);
  if (occurrence.maxAgeSeconds !== undefined)
    parameters.push(`max_age=${quoted(String(occurrence.maxAgeSeconds))}`);
  if (occurrence.acrValues !== undefined)
    parameters.push(`acr_values=${quoted(occurrence.acrValues.join(' '))}`);
  return parameters;
}

/** A quoted-string (RFC 9110 §5.6.4); control characters can't be written and are dropped. */
function quoted(text: string): string {
  return `"${text.replaceAll(/[^ -~]/g, '').replaceAll(/["\\]/g, '\\$&')}"`;
}
