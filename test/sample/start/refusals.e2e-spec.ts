import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SampleApp, scratchDirectory } from '../sample-app.js';

const KEY_FILE = '/nowhere/key.pem';
const HEADING = /mistake\(s\) in the (?:configuration|Gatehouse options):\n/g;

/** One process for each kind of mistake; all of one kind are told at once. */
const environments = {
  configuration: {
    PORT: 'x',
    PLATFORM: 'koa',
    ACCESS_TTL: 'soon',
    RATE_LIMIT: '-1',
    AUTH_SECRET_KEY: 'a weak one',
    REDIS_URL: 'http://localhost',
  },
  production: { NODE_ENV: 'production' },
  'key file': { AUTH_PRIVATE_KEY_FILE: KEY_FILE },
  'role graph': { SEED_FILE: join(scratchDirectory(), 'seed.json') },
} satisfies Record<string, Record<string, string>>;

describe('the sample app refuses to start, in one readable message,', () => {
  let outputs: ReadonlyMap<string, string>;

  beforeAll(async () => {
    const roles = { a: { inherits: ['b'] }, b: { inherits: ['a'] } };
    writeFileSync(environments['role graph'].SEED_FILE, JSON.stringify({ roles }));
    outputs = new Map(
      await Promise.all(
        Object.entries(environments).map(async ([kind, env]) => {
          const { code, output } = await SampleApp.refusal(env);
          return [kind, `exit code ${code}\n${output}`] as const;
        }),
      ),
    );
  });

  const outputOf = (kind: keyof typeof environments): string => outputs.get(kind) ?? '';

  it('that names every mistake in the environment at once, and repeats no secret', () => {
    const output = outputOf('configuration');
    for (const name of Object.keys(environments.configuration)) expect(output).toContain(`- ${name}:`);
    expect(output).not.toContain(environments.configuration.AUTH_SECRET_KEY);
  });

  it('in production without what must not be made up', () => {
    expect(outputOf('production')).toMatch(/secret/);
  });

  it('with a key file that is not there', () => {
    expect(outputOf('key file')).toContain(KEY_FILE);
  });

  it('with a role graph that has a cycle', () => {
    expect(outputOf('role graph')).toMatch(/cycle/i);
  });

  it.each(Object.keys(environments))('with exit code 1 and without a stack (%s)', (kind) => {
    const output = outputs.get(kind) ?? '';
    expect(output).toMatch(/^exit code 1\n/);
    expect(output).not.toContain('    at ');
    if (kind !== 'role graph') expect(output.match(HEADING)).toHaveLength(1);
  });
});
