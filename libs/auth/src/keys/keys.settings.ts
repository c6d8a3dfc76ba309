import type { KeyOverlap } from './signing-key.js';
import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import type { KeysOptions } from './keys.options.js';
import { type KeyOrigin, type OriginEnvironment, readKeyOrigin } from './sources/key-origin.js';

/** Resolved {@link KeysOptions}. */
export abstract class KeysSettings implements KeyOverlap {
  abstract readonly origin: KeyOrigin;
  /** `undefined`: only on demand. */
  abstract readonly rotateEveryMs: number | undefined;
  abstract readonly prePublishMs: number;
  abstract readonly retireAfterMs: number;
  abstract readonly jwksMaxAgeSeconds: number;
  abstract readonly reloadCooldownMs: number;
  abstract readonly refreshEveryMs: number;
}

/** What key settings depend on besides their options. */
export interface KeysEnvironment extends Partial<OriginEnvironment> {
  readonly production: boolean;
  /** Longest lifetime of a token, clock tolerance included. @default one day */
  readonly longestTokenMs?: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const ROTATE_EVERY_MS = 90 * DAY_MS;

/** Resolves the key options. Goes nowhere: key files are read when the module starts. */
export function resolveKeysSettings(
  options: unknown,
  { production, usesRedis = false, longestTokenMs = DAY_MS }: KeysEnvironment,
  findings: ConfigurationFindings,
): KeysSettings {
  return readOptions<KeysOptions, KeysSettings>(options, 'keys', findings, (read) => {
    const origin = readKeyOrigin(read, { production, usesRedis });
    const usualMs = origin.kind === 'remote' ? 10 * MINUTE_MS : MINUTE_MS;
    const times = {
      jwksMaxAgeMs: read.duration('jwksMaxAge', 5 * MINUTE_MS, { max: DAY_MS }),
      refreshEveryMs: read.duration('refreshEvery', usualMs, { min: 1000, max: DAY_MS }),
      longestTokenMs,
    };
    return Object.freeze({
      origin,
      ...read.group<KeyRotationOptions, RotationSettings>('rotation', (rotation) =>
        readRotation(rotation, origin, times),
      ),
      jwksMaxAgeSeconds: Math.floor(times.jwksMaxAgeMs / 1000),
      reloadCooldownMs: read.duration('reloadCooldown', 30_000),
      refreshEveryMs: times.refreshEveryMs,
    });
  });
}

type KeyRotationOptions = NonNullable<KeysOptions['rotation']>;
type RotationSettings = Pick<KeysSettings, 'rotateEveryMs' | 'prePublishMs' | 'retireAfterMs'>;

interface KeyTimes {
  readonly jwksMaxAgeMs: number;
  readonly refreshEveryMs: number;
  readonly longestTokenMs: number;
}

function readRotation(
  read: OptionReader<KeyRotationOptions>,
  origin: KeyOrigin,
  { jwksMaxAgeMs, refreshEveryMs, longestTokenMs }: KeyTimes,
): RotationSettings {
  return {
    rotateEveryMs: readSchedule(read, origin),
    // An instance that missed the signal serves the old JWKS until it looks by itself, and that JWKS may be cached.
    prePublishMs: read.duration('prePublish', jwksMaxAgeMs + refreshEveryMs, { min: jwksMaxAgeMs }),
    retireAfterMs: read.duration('retireAfter', longestTokenMs + MINUTE_MS, { min: longestTokenMs }),
  };
}

function readSchedule(read: OptionReader<KeyRotationOptions>, { kind }: KeyOrigin): number | undefined {
  const every = read.raw('every');
  if (every === false) return undefined;
  if (every === undefined) return kind === 'managed' ? ROTATE_EVERY_MS : undefined;
  if (kind !== 'managed' && kind !== 'custom')
    read.refuse('every', 'only keys that the library makes can rotate by themselves');
  return read.duration('every', ROTATE_EVERY_MS, { min: 10 * MINUTE_MS, bareMin: DAY_MS });
}
