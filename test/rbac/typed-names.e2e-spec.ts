import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const tsc = createRequire(__filename).resolve('typescript/bin/tsc');

/** What the compiler says about a project; empty when every line is right and every `@ts-expect-error` is needed. */
function complaintsAbout(project: string): Promise<string> {
  const args = [tsc, '--noEmit', '--pretty', 'false', '-p', join(__dirname, 'typed-names', project)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

describe('types of names', () => {
  it.each(['registered', 'unregistered'])(
    '%s definition: right code compiles, wrong code does not',
    async (project) => {
      expect(await complaintsAbout(project)).toBe('');
    },
    180_000,
  );
});
