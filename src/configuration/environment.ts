import { readSeedFile } from '../seed/seed-file.js';
import type { AppSettings } from './app-settings.js';
import { EnvironmentReader } from './environment-reader.js';
import { Mistakes } from './mistakes.js';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
// Gatehouse looks closer at both. Told here as well, they are named together with the other mistakes.
const REDIS_URL = /^rediss?(?:\+(?:cluster|sentinel))?:\/\/./;
const AT_LEAST_32_EACH = /^[^,]{32,}(?:,[^,]{32,})*$/s;
const ALGORITHM = /^(?:RS|PS|ES|HS)(?:256|384|512)$/;

/**
 * The only place that looks at the environment: every variable, its meaning and its default.
 * @throws ConfigurationMistakes with all mistakes at once, those of the seed file included.
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): AppSettings {
  const mistakes = new Mistakes();
  const read = new EnvironmentReader(env, mistakes);
  const seedFile = read.text('SEED_FILE');
  const production = read.text('NODE_ENV') === 'production';

  const settings: AppSettings = {
    production,
    host: read.text('HOST') ?? '127.0.0.1',
    port: read.integer('PORT', 3000, { min: 0, max: 65_535 }),
    platform: read.oneOf('PLATFORM', ['express', 'fastify']),
    databaseUrl: databaseUrl(read, mistakes),
    redisUrl: read.matching(
      'REDIS_URL',
      REDIS_URL,
      'a redis:// or rediss:// URL, or one of their +cluster and +sentinel forms',
    ),
    redisDeadlineMs: read.durationMs('REDIS_DEADLINE', 200, 1),
    // Not derived from PORT: instances behind one Redis must name the same issuer.
    issuer: read.text('AUTH_ISSUER') ?? 'http://localhost:3000',
    audience: read.text('AUTH_AUDIENCE') ?? 'articles',
    secretKeys: read
      .matching(
        'AUTH_SECRET_KEY',
        AT_LEAST_32_EACH,
        'at least 32 characters, a list of them separated by commas',
      )
      ?.split(','),
    algorithm: read.matching('AUTH_ALGORITHM', ALGORITHM, 'RS256, ES256, HS256 or one of their relatives'),
    privateKeyFile: read.text('AUTH_PRIVATE_KEY_FILE'),
    accessTtlMs: read.durationMs('ACCESS_TTL', 15 * MINUTE_MS, SECOND_MS),
    refreshTtlMs: read.durationMs('REFRESH_TTL', 7 * DAY_MS, SECOND_MS),
    reuseWindowMs: read.durationMs('REUSE_WINDOW', 10_000),
    allowsPasswordGrant: read.oneOf('OAUTH_PASSWORD_GRANT', ['off', 'on']) === 'on',
    allowsRegistration: read.oneOf('OAUTH_REGISTRATION', ['off', 'on']) === 'on',
    servesApiDocs: read.oneOf('API_DOCS', production ? ['off', 'on'] : ['on', 'off']) === 'on',
    rateLimit: read.integer('RATE_LIMIT', 100, { min: 1, max: 1_000_000 }),
    rateWindowMs: read.durationMs('RATE_WINDOW', MINUTE_MS, 1),
    seed: seedFile === undefined ? undefined : readSeedFile(seedFile, mistakes, production),
  };
  if (settings.algorithm?.startsWith('HS')) {
    if (settings.secretKeys === undefined)
      mistakes.add('AUTH_ALGORITHM', `${settings.algorithm} signs with AUTH_SECRET_KEY, which is not set`);
    if (settings.privateKeyFile !== undefined)
      mistakes.add('AUTH_ALGORITHM', `${settings.algorithm} does not sign with AUTH_PRIVATE_KEY_FILE`);
  }
  mistakes.throwIfAny();
  return settings;
}

/** SQLite: `file:path`, a bare path, or `:memory:`. */
function databaseUrl(read: EnvironmentReader, mistakes: Mistakes): string {
  const text = read.text('DATABASE_URL') ?? 'file:.gatehouse/sample.sqlite';
  if (text === ':memory:' || text.startsWith('file:')) return text;
  if (!/^[a-z][a-z+]+:/i.test(text)) return `file:${text}`;
  mistakes.add('DATABASE_URL', 'expected the path of an SQLite file, a file: URL or :memory:');
  return text;
}
