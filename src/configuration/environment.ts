import { authConfig, authEnvironment, type AuthModuleOptions } from 'nestjs-gatehouse';
import { readSeedFile } from '../seed/seed-file.js';
import type { AppSettings } from './app-settings.js';
import { EnvironmentReader } from './environment-reader.js';
import { Mistakes } from './mistakes.js';

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
    auth: authOf(env, mistakes),
    allowsPasswordGrant: read.oneOf('OAUTH_PASSWORD_GRANT', ['off', 'on']) === 'on',
    allowsRegistration: read.oneOf('OAUTH_REGISTRATION', ['off', 'on']) === 'on',
    servesApiDocs: read.oneOf('API_DOCS', production ? ['off', 'on'] : ['on', 'off']) === 'on',
    seed: seedFile === undefined ? undefined : readSeedFile(seedFile, mistakes, production),
  };
  mistakes.throwIfAny();
  return settings;
}

/** What Gatehouse reads by itself; its mistakes are told together with those of the app. */
function authOf(
  env: Readonly<Record<string, string | undefined>>,
  mistakes: Mistakes,
): Partial<AuthModuleOptions> {
  const { issues } = authEnvironment['~standard'].validate(env);
  if (issues === undefined) return authConfig(env);
  for (const { path, message } of issues) mistakes.add(path.join('.'), message);
  return {};
}

/** SQLite: `file:path`, a bare path, or `:memory:`. */
function databaseUrl(read: EnvironmentReader, mistakes: Mistakes): string {
  const text = read.text('DATABASE_URL') ?? 'file:.gatehouse/sample.sqlite';
  if (text === ':memory:' || text.startsWith('file:')) return text;
  if (!/^[a-z][a-z+]+:/i.test(text)) return `file:${text}`;
  mistakes.add('DATABASE_URL', 'expected the path of an SQLite file, a file: URL or :memory:');
  return text;
}
