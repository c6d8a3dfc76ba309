import { isSigningAlgorithm, type SigningAlgorithm } from '../jose/signing-algorithm.js';
import type { KeysOptions } from '../keys/keys.options.js';
import type { AuthModuleOptions } from '../options/auth-module-options.js';
import { DEFAULT_LIFETIMES } from '../sessions/sessions.settings.js';
import { parseRedisUrl } from '../redis/redis-url.js';
import { EnvironmentReader, type EnvironmentMistake } from './environment-reader.js';

/** What an environment says, and what is wrong with it. */
interface ReadEnvironment {
  readonly options: Partial<AuthModuleOptions>;
  readonly mistakes: readonly EnvironmentMistake[];
}

const SECOND_MS = 1000;
const MOST_REQUESTS = 1_000_000;
const LEAST_SECRET = 32;

/** Reads each variable of ours; others are the host's. */
export function readEnvironment(variables: Readonly<Record<string, unknown>>): ReadEnvironment {
  const read = new EnvironmentReader(variables);
  const audience = read.list('AUTH_AUDIENCE');
  const secret = secrets(read);
  const options = {
    issuer: read.text('AUTH_ISSUER'),
    audience: audience?.length === 1 ? audience[0] : audience,
    production: read.text('NODE_ENV') === 'production' || undefined,
    secret,
    secretFile: read.text('AUTH_SECRET_FILE'),
    redis: redis(read),
    keys: keys(read, secret),
    accessTokens: told({ ttl: written(read.durationMs('ACCESS_TTL', SECOND_MS)) }),
    sessions: sessions(read),
    throttler: limits(read),
  };
  return { options: told(options) ?? {}, mistakes: read.mistakes };
}

function secrets(read: EnvironmentReader): readonly string[] | undefined {
  const [secret, other] = ['AUTH_SECRET', 'AUTH_SECRET_KEY'].map((name) => read.list(name));
  const file = read.text('AUTH_SECRET_FILE');
  if (secret !== undefined && other !== undefined)
    read.refuse('AUTH_SECRET_KEY', 'is another name of AUTH_SECRET: set one of them');
  for (const [name, given] of [
    ['AUTH_SECRET', secret],
    ['AUTH_SECRET_KEY', other],
  ] as const) {
    if (given === undefined) continue;
    if (file !== undefined) read.refuse('AUTH_SECRET_FILE', `is set beside ${name}: set one of them`);
    refuseShort(read, name, given);
  }
  return secret ?? other;
}

function refuseShort(read: EnvironmentReader, name: string, given: readonly string[]): void {
  if (given.some((text) => text.length < LEAST_SECRET))
    read.refuse(
      name,
      `expected at least ${LEAST_SECRET} characters, a list of them separated by commas (npx gatehouse-keys secret)`,
    );
}

/** What HMAC signs with, for services that are to verify and are not to know the lasting secret, from which everything is derived. */
function signingSecrets(
  read: EnvironmentReader,
  lasting: readonly string[] | undefined,
  isShared: boolean,
): readonly string[] | undefined {
  const name = 'AUTH_SIGNING_SECRET';
  const given = read.list(name);
  if (given === undefined) return undefined;
  refuseShort(read, name, given);
  if (given.some((text) => lasting?.includes(text)))
    read.refuse(name, 'is an AUTH_SECRET as well: whoever verifies with it could derive every other key');
  if (!isShared) read.refuse(name, 'signs with HS256, HS384 or HS512 alone: set AUTH_ALGORITHM to one');
  return given;
}

function redis(read: EnvironmentReader): AuthModuleOptions['redis'] {
  const url = read.text('REDIS_URL');
  const deadline = written(read.durationMs('REDIS_DEADLINE', 1));
  if (url === undefined)
    return deadline === undefined ? undefined : read.refuse('REDIS_DEADLINE', 'is set without REDIS_URL');
  if (parseRedisUrl(url) === undefined)
    read.refuse(
      'REDIS_URL',
      'expected a redis:// or rediss:// URL, or one of their +cluster and +sentinel forms',
    );
  return deadline === undefined ? url : { url, deadline };
}

function keys(read: EnvironmentReader, secret: readonly string[] | undefined): KeysOptions | undefined {
  const name = read.text('AUTH_ALGORITHM');
  const privateKeyFile = read.text('AUTH_PRIVATE_KEY_FILE');
  if (name !== undefined && !isSigningAlgorithm(name))
    read.refuse('AUTH_ALGORITHM', 'expected RS256, ES256, HS256 or one of their relatives');
  const algorithm = name as SigningAlgorithm | undefined;
  const isShared = name?.startsWith('HS') === true;
  const shared = signingSecrets(read, secret, isShared) ?? secret;
  if (isShared && shared === undefined)
    read.refuse(
      'AUTH_ALGORITHM',
      'HMAC without AUTH_SIGNING_SECRET signs with AUTH_SECRET_KEY, which is not set',
    );
  if (isShared && privateKeyFile !== undefined)
    read.refuse('AUTH_ALGORITHM', 'HMAC does not sign with AUTH_PRIVATE_KEY_FILE');
  return told({ algorithm, secret: isShared ? shared : undefined, privateKeyFile });
}

/** A session that may rest for longer than all of them live by default, lives as long. */
function sessions(read: EnvironmentReader): AuthModuleOptions['sessions'] {
  const idleTtlMs = read.durationMs('REFRESH_TTL', SECOND_MS);
  return told({
    idleTtl: written(idleTtlMs),
    absoluteTtl: (idleTtlMs ?? 0) > DEFAULT_LIFETIMES.absoluteTtlMs ? written(idleTtlMs) : undefined,
    reuseWindow: written(read.durationMs('REUSE_WINDOW', 0)),
  });
}

/** Both, or the other one as it is by default. */
function limits(read: EnvironmentReader): AuthModuleOptions['throttler'] {
  const limit = read.count('RATE_LIMIT', { min: 1, max: MOST_REQUESTS });
  const ttlMs = read.durationMs('RATE_WINDOW', 1);
  if (limit === undefined && ttlMs === undefined) return undefined;
  return { throttlers: [{ limit: limit ?? 100, ttl: written(ttlMs ?? 60 * SECOND_MS) }] };
}

function written(millis: number): `${number}ms`;
function written(millis: number | undefined): `${number}ms` | undefined;
function written(millis: number | undefined): `${number}ms` | undefined {
  return millis === undefined ? undefined : `${millis}ms`;
}

type Told<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what wasn't told; `undefined` where nothing was. */
function told<T extends object>(members: T): Told<T> | undefined {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  return given.length === 0 ? undefined : (Object.fromEntries(given) as Told<T>);
}
