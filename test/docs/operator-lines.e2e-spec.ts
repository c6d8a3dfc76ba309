import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown, root } from './markdown.js';

const sources = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'libs/auth/src/*.ts'],
  {
    cwd: root,
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter((path) => path !== '' && !path.endsWith('.spec.ts'))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');

/** The lines of the log that operators are told to alert on; `<…>` stands for what differs. */
const lines = [
  ...markdown('docs/running-in-production.md').matchAll(/^\| `([^`]+)` +\| (?:warn|log|error) /gm),
].map(([, line = '']) => line);

describe('the lines that operators alert on', () => {
  it('finds them', () => {
    expect(lines.length).toBeGreaterThan(8);
  });

  it.each(lines)('%s', (line) => {
    const parts = line.split(/<[^>]+>/).filter((part) => part.length > 2);
    expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
  });
});
