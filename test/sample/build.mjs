// Jest global set-up of the project "sample": its specs start the built app and the built examples, so build what has newer sources.
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
const examples = ['resource-server', 'graphql-and-sockets', 'hybrid-microservice'];

export default function buildWhenStale() {
  buildUnless('build', sources, outputs);
  const built = examples.map((name) => `examples/dist/${name}/main.js`);
  buildUnless(
    'build:examples',
    ['examples/tsconfig.build.json', ...examples.map((name) => `examples/${name}`)],
    built,
  );
}

function buildUnless(script, from, to) {
  const newestSource = Math.max(...from.map((path) => newestMs(join(root, path))));
  const oldestOutput = Math.min(...to.map((path) => newestMs(join(root, path))));
  if (newestSource <= oldestOutput) return;
  execFileSync('npm', ['run', '--silent', script], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

function newestMs(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return 0;
  if (!stats.isDirectory()) return stats.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
