// Jest global set-up of the project "sample": its specs start the built app, so build it when the sources are newer.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const sources = [
  'src',
  'libs/auth/src',
  'libs/auth/bundle.mjs',
  'libs/auth/package.json',
  'package-lock.json',
  'tsconfig.base.json',
];
const outputs = ['dist/main.js', 'libs/auth/dist/index.js'];

export default function buildWhenStale() {
  const newestSource = Math.max(...sources.map((path) => newestMs(join(root, path))));
  const oldestOutput = Math.min(...outputs.map((path) => newestMs(join(root, path))));
  if (newestSource <= oldestOutput) return;
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function newestMs(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
