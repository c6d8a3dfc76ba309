import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { accessCommand } from './access.js';

describe('the command "access"', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-access-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const has = (...paths: string[]): void => {
    for (const path of paths) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), path.endsWith('.json') ? '{}' : '');
    }
  };
  const OURS = 'node_modules/nestjs-gatehouse';
  const NEST = 'node_modules/@nestjs/core/package.json';

  it.each([
    ['no app', [], 'app.js is not there: build the app'],
    [
      'an app with another Nest than the package',
      ['app.js', `${OURS}/package.json`, NEST, `${OURS}/${NEST}`],
      'there are two of @nestjs/core',
    ],
    [
      'an app with an older copy of the package',
      ['app.js', `${OURS}/package.json`, NEST],
      'is of a version without this command: update nestjs-gatehouse',
    ],
  ])('says what to do about %s', async (_what, paths, message) => {
    has(...paths);
    const streams = { out: () => {}, err: () => {}, input: async () => '' };
    const run = accessCommand.run([join(folder, 'app.js')], streams);
    await expect(run).rejects.toMatchObject({
      name: 'CommandError',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    [['a.js', 'b.js'], 'one app at a time'],
    [['--check', '--update'], 'either --check or --update'],
    [['--timeout', '0'], '--timeout: expected a whole number of seconds, at most 3600'],
    [['--timeout', '1h'], '--timeout: expected a whole number of seconds, at most 3600'],
  ])('refuses %j', async (args, message) => {
    const streams = { out: () => {}, err: () => {}, input: async () => '' };
    await expect(accessCommand.run(args, streams)).rejects.toThrow(message);
  });
});
