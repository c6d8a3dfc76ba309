import type { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { isObject, type OptionReader, readOptions } from '../kernel/configuration/option-reader.js';
import type { Duration } from '../kernel/duration.js';
import { ApiKeyStore } from './api-key.store.js';

/** The roles that the owner of a key has now; `undefined`: there is no such owner any more. */
type RolesOf = (subject: string) => readonly string[] | undefined | Promise<readonly string[] | undefined>;

/** How API keys are written, found and kept. */
export interface ApiKeysOptions {
  /**
   * What every key begins with, environment included. A key with another prefix is refused, so it can't be changed while
   * keys are in use. @default 'gh_live' in production, 'gh_test' elsewhere
   */
  readonly prefix?: string;
  /**
   * A header that may hold the key as it is, besides `Authorization: ApiKey …`: `'x-api-key'`, say. Caches don't know that
   * answers to it are private. @default none
   */
  readonly header?: string;
  /** How long keys are good for that are created without `ttl`; 100 years at most. @default until they are revoked, or `maxTtl` */
  readonly defaultTtl?: Duration;
  /** The longest `ttl` of a key, up to 100 years; with it every key expires. @default none, and 100 years for a `ttl` that is given */
  readonly maxTtl?: Duration;
  /** Greatest number of keys that a subject may have at once, up to 1,000. @default 100 */
  readonly maxPerSubject?: number;
  /** Greatest number of keys a memory store holds; further ones are refused. @default 10_000 */
  readonly maxKeysInMemory?: number;
  /**
   * Asked at each call of a key, within the 3 s that a call has for its store and this: the roles that its owner has now. The key
   * keeps those of its own that are among them; `undefined` refuses it. Cache what is asked of a database. @default keys keep the
   * roles they were created with
   */
  readonly rolesOf?: RolesOf;
  /** Where keys are kept instead: a table of the host. @default Redis, or memory without it */
  readonly store?: ApiKeyStore;
}

/** Longest lifetime of a key that ends: 100 years. Later ends leave what `Date` and Redis can count. */
export const LONGEST_TTL_MS = 36_525 * 86_400_000;

/** Resolved {@link ApiKeysOptions}; type and DI token. */
export abstract class ApiKeysSettings {
  /** Whether there are API keys at all. */
  abstract readonly isOn: boolean;
  abstract readonly prefix: string;
  /** In lower case. */
  abstract readonly header: string | undefined;
  abstract readonly defaultTtlMs: number | undefined;
  abstract readonly maxTtlMs: number | undefined;
  abstract readonly maxPerSubject: number;
  abstract readonly maxKeysInMemory: number;
  abstract readonly rolesOf: RolesOf | undefined;
  abstract readonly store: ApiKeyStore | undefined;
}

const PREFIX = {
  pattern: /^(?=.{1,32}$)[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$/,
  expected: "letters and digits, joined by '_', such as 'acme_live'; 32 at most",
};
// RFC 9110 §5.6.2: a token. These have a meaning of their own.
const HEADER = {
  pattern: /^(?!(?:authorization|proxy-authorization|cookie|host|content-.*)$)[\w!#$%&'*+.^`|~-]+$/i,
  expected: "the name of a header such as 'x-api-key'",
};
const VERBS = [
  'add',
  'present',
  'find',
  'list',
  'revoke',
  'revokeSubject',
  'revokeClient',
  'revokeEverything',
];

/** Resolves {@link ApiKeysOptions}; `true` stands for the defaults. Mistakes become findings under `apiKeys`. */
export function resolveApiKeysSettings(
  given: unknown,
  findings: ConfigurationFindings,
  { production }: { readonly production: boolean },
): ApiKeysSettings {
  const isOn = given !== undefined && given !== false;
  return readOptions<ApiKeysOptions, ApiKeysSettings>(
    typeof given === 'boolean' ? {} : given,
    'apiKeys',
    findings,
    (read) =>
      Object.freeze({
        isOn,
        prefix: read.text('prefix', production ? 'gh_live' : 'gh_test', PREFIX),
        header: read.text('header', undefined, HEADER)?.toLowerCase(),
        ...resolveTtls(read),
        maxPerSubject: read.count('maxPerSubject', 100, { max: 1000 }),
        maxKeysInMemory: read.count('maxKeysInMemory', 10_000),
        rolesOf: read.function<RolesOf>('rolesOf'),
        store: read.instance<ApiKeyStore>('store', isStore, 'an object with the verbs of ApiKeyStore'),
      }),
    { expected: 'true, false or an object' },
  );
}

function resolveTtls(read: OptionReader<ApiKeysOptions>): Pick<ApiKeysSettings, 'defaultTtlMs' | 'maxTtlMs'> {
  const ttl = (name: 'defaultTtl' | 'maxTtl'): number | undefined =>
    read.has(name) ? read.duration(name, 0, { min: 1, max: LONGEST_TTL_MS }) || undefined : undefined;
  const maxTtlMs = ttl('maxTtl');
  const defaultTtlMs = ttl('defaultTtl') ?? maxTtlMs;
  if (maxTtlMs !== undefined && defaultTtlMs !== undefined && defaultTtlMs > maxTtlMs)
    read.refuse('defaultTtl', 'is longer than `maxTtl`');
  return { defaultTtlMs, maxTtlMs };
}

function isStore(value: unknown): boolean {
  return isObject(value) && VERBS.every((verb) => typeof value[verb] === 'function');
}
