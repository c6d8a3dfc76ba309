import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readEnvironment } from './environment.js';
import { ConfigurationMistakes } from './mistakes.js';

const mistakesOf = (env: Record<string, string>): readonly string[] => {
  try {
    readEnvironment(env);
  } catch (error) {
    if (error instanceof ConfigurationMistakes) return error.mistakes;
  }
  return [];
};

describe('readEnvironment', () => {
  it('needs no variable at all', () => {
    expect(readEnvironment({})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      platform: 'express',
      auth: {},
      allowsPasswordGrant: false,
      allowsRegistration: false,
      servesApiDocs: true,
      seed: undefined,
    });
  });

  it('takes an empty variable for an unset one', () => {
    expect(readEnvironment({ PORT: '', PLATFORM: ' ' })).toMatchObject({ port: 3000, platform: 'express' });
  });

  it.each([
    ['2s', '2000ms'],
    ['90', '90000ms'],
    ['0', '0ms'],
  ])('has Gatehouse read the duration %s', (REUSE_WINDOW, reuseWindow) => {
    expect(readEnvironment({ REUSE_WINDOW }).auth).toEqual({ sessions: { reuseWindow } });
  });

  it.each([
    ['file:/tmp/a.sqlite', 'file:/tmp/a.sqlite'],
    ['/tmp/a.sqlite', 'file:/tmp/a.sqlite'],
    [':memory:', ':memory:'],
  ])('reads the database %s', (text, url) => {
    expect(readEnvironment({ DATABASE_URL: text }).databaseUrl).toBe(url);
  });

  it('reports all mistakes at once, those of the seed file included', () => {
    const seedFile = join(mkdtempSync(join(tmpdir(), 'seed-')), 'seed.json');
    writeFileSync(seedFile, '{"users":[{"username":"ada"}]}');
    const mistakes = mistakesOf({
      PORT: '70000',
      PLATFORM: 'koa',
      ACCESS_TTL: 'soon',
      RATE_LIMIT: '-1',
      DATABASE_URL: 'postgres://db',
      AUTH_ALGORITHM: 'HS256',
      SEED_FILE: seedFile,
    });
    expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual([
      'PORT',
      'PLATFORM',
      'DATABASE_URL',
      'AUTH_ALGORITHM',
      'ACCESS_TTL',
      'RATE_LIMIT',
      'SEED_FILE users[0] password',
    ]);
  });

  it('reads a list of secrets, newest first', () => {
    const [fresh, old] = ['n'.repeat(32), 'o'.repeat(40)];
    expect(readEnvironment({ AUTH_SECRET_KEY: fresh }).auth.secret).toEqual([fresh]);
    expect(readEnvironment({ AUTH_SECRET_KEY: `${fresh},${old}` }).auth.secret).toEqual([fresh, old]);
    expect(mistakesOf({ AUTH_SECRET_KEY: `${fresh},short` })).toHaveLength(1);
  });

  it.each([
    ['none', 'expected RS256'],
    ['HS256', 'signs with AUTH_SECRET_KEY, which is not set'],
  ])('finds what is wrong with the algorithm %s', (AUTH_ALGORITHM, message) => {
    expect(mistakesOf({ AUTH_ALGORITHM })).toEqual([expect.stringContaining(message)]);
  });

  it('takes either a key file or a secret to sign with', () => {
    const both = { AUTH_SECRET_KEY: 'n'.repeat(32), AUTH_PRIVATE_KEY_FILE: 'key.pem' };
    expect(mistakesOf(both)).toEqual([]);
    expect(mistakesOf({ ...both, AUTH_ALGORITHM: 'HS256' })).toHaveLength(1);
  });

  it('names what Gatehouse would refuse together with the mistakes of the app', () => {
    const mistakes = mistakesOf({
      PORT: 'http',
      REDIS_URL: 'http://localhost:6379',
      AUTH_SECRET_KEY: 'short',
      ACCESS_TTL: '0',
      REFRESH_TTL: '10ms',
      RATE_WINDOW: '0',
    });
    expect(mistakes.map((mistake) => mistake.split(':')[0])).toEqual([
      'PORT',
      'AUTH_SECRET_KEY',
      'REDIS_URL',
      'ACCESS_TTL',
      'REFRESH_TTL',
      'RATE_WINDOW',
    ]);
    expect(mistakes.join()).not.toContain('short');
  });

  it.each(['/nowhere/seed.json', __filename])('says when the seed file %s cannot be read', (SEED_FILE) => {
    expect(mistakesOf({ SEED_FILE })).toEqual([expect.stringContaining("SEED_FILE: can't read")]);
  });

  it('reads the variables that docs/sample-app.md lists, and no others', () => {
    const read = new Set<string>();
    readEnvironment(new Proxy({}, { get: (_env, name) => void read.add(String(name)) }));
    const page = readFileSync(join(__dirname, '../../docs/sample-app.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, name]) => name);
    expect(read).toEqual(new Set(listed));
  });
});
