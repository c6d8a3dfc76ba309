import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import type { Duration } from '../kernel/duration.js';

/** Tokens that only the holder of a key can use (RFC 9449). */
export interface DPoPOptions {
  /** Whether no client gets a token without a proof. @default false: tokens of clients that send none are bearer tokens */
  readonly required?: boolean;
  /**
   * How far `iat` of a proof may be from now, in either direction; `accessTokens.clockTolerance` comes on top. Up to '10m'.
   * With `nonce` it isn't looked at. @default '60s'
   */
  readonly maxAge?: Duration;
  /**
   * Whether proofs need a nonce of this server, and for how long one is handed out, up to '1h' (`true` is '5m'); it is good for as
   * long again. Nobody can make proofs for later then, and the clocks of clients may be wrong. @default false
   */
  readonly nonce?: boolean | Duration;
  /**
   * Where clients find this service: what `htu` of proofs begins with, before the path of the request. Name the path here as well
   * that a proxy takes away. @default the origin of `issuer`
   */
  readonly baseUrl?: string;
}

/** Resolved {@link DPoPOptions}; type and DI token. */
export abstract class DPoPSettings {
  /** Whether proofs are looked at. */
  abstract readonly isOn: boolean;
  abstract readonly isRequired: boolean;
  /** How far `iat` may be from now. */
  abstract readonly windowMs: number;
  /** How far the clocks of two instances may be apart. */
  abstract readonly clockToleranceMs: number;
  /** `undefined`: none is needed. */
  abstract readonly noncePeriodMs: number | undefined;
  /** Without a slash at its end. */
  abstract readonly baseUrl: string;
}

/** What the options are resolved against. */
interface DPoPSurroundings {
  readonly issuer: string;
  readonly clockToleranceMs: number;
  /** Whether tokens are those of another issuer, whose origin isn't ours. */
  readonly isForeign: boolean;
}

const MINUTE_MS = 60_000;
const BASE_URL = {
  pattern: /^https?:\/\/[!-~]+$/i,
  expected: "the URL of this service, such as 'https://api.example.com'",
};

/** Resolves {@link DPoPOptions}; `true` stands for the defaults. Mistakes become findings under `dpop`. */
export function resolveDPoPSettings(
  given: unknown,
  surroundings: DPoPSurroundings,
  findings: ConfigurationFindings,
): DPoPSettings {
  const isOn = given !== undefined && given !== false;
  return readOptions<DPoPOptions, DPoPSettings>(
    typeof given === 'boolean' ? {} : given,
    'dpop',
    findings,
    (read) =>
      Object.freeze({
        isOn,
        isRequired: read.flag('required', false),
        windowMs: surroundings.clockToleranceMs + maxAge(read),
        clockToleranceMs: surroundings.clockToleranceMs,
        noncePeriodMs: noncePeriod(read),
        baseUrl: baseUrl(read, surroundings, isOn),
      }),
    { expected: 'true, false or an object' },
  );
}

function maxAge(read: OptionReader<DPoPOptions>): number {
  return read.duration('maxAge', MINUTE_MS, { min: 1000, max: 10 * MINUTE_MS });
}

function noncePeriod(read: OptionReader<DPoPOptions>): number | undefined {
  const given = read.raw('nonce');
  if (given === undefined || given === false) return undefined;
  if (given === true) return 5 * MINUTE_MS;
  return read.duration('nonce', 5 * MINUTE_MS, { min: 1000, max: 60 * MINUTE_MS });
}

function baseUrl(
  read: OptionReader<DPoPOptions>,
  { issuer, isForeign }: DPoPSurroundings,
  isOn: boolean,
): string {
  const given = read.text('baseUrl', undefined, BASE_URL);
  const ofIssuer = !isForeign && URL.canParse(issuer) ? new URL(issuer).origin : 'null';
  if (given === undefined) {
    if (isOn && !read.has('baseUrl') && ofIssuer === 'null')
      read.refuse('baseUrl', `is required: ${BASE_URL.expected}; issuer doesn't tell`);
    return ofIssuer;
  }
  const isSound = URL.canParse(given) && !/[?#@\\]/.test(given);
  if (!isSound) read.refuse('baseUrl', 'expected a URL without credentials, query and fragment');
  return given.replace(/\/+$/, '');
}
