// Runs before the tests: some of them start real processes of the sample app, so there must be an up-to-date build.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const built = Math.min(modifiedAt('dist/main.js'), modifiedAt('libs/auth/dist/index.js'));

if (built < Math.max(newestBelow('src'), newestBelow('libs/auth/src'))) {
  console.log('Building the library and the sample app for the tests …');
  execFileSync('npm', ['run', 'build', '--silent'], { cwd: root, stdio: 'inherit' });
}

function newestBelow(folder) {
  const entries = readdirSync(join(root, folder), { recursive: true });
  return Math.max(
    ...entries.filter((entry) => entry.endsWith('.ts')).map((entry) => modifiedAt(join(folder, entry))),
  );
}

function modifiedAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
