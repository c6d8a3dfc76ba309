import assert from 'node:assert/strict';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

const ENTRIES = [
  'index',
  'rbac/index',
  'throttler/index',
  'testing/index',
  'openapi/index',
  'otel/index',
  'terminus/index',
];

/** Packs the built library into `folder`. @returns path and file list of the tarball */
export async function pack(root, folder) {
  const answer = await runCommand(
    'npm',
    ['pack', '--json', '--loglevel=error', '--workspace', 'nestjs-gatehouse', '--pack-destination', folder],
    { cwd: root },
  );
  const [packed] = Object.values(JSON.parse(answer.slice(answer.search(/^[[{]/m))));
  return {
    path: join(folder, packed.filename),
    files: packed.files.map((file) => file.path),
    size: packed.size,
  };
}

/** What a consumer needs is in it, what only we need isn't. */
export function assertContents(files) {
  const needed = ['package.json', 'README.md', 'SECURITY.md', 'LICENSE'];
  for (const entry of ENTRIES) needed.push(`dist/${entry}.js`, `dist/${entry}.d.ts`);
  for (const file of needed) assert.ok(files.includes(file), `${file} is missing from the tarball`);
  const misnamed = files.filter((file) => /\.spec\.|\.tsbuildinfo$|(?<!\.d)\.[cm]?ts$/.test(file));
  assert.deepEqual(misnamed, [], 'sources or specs are in the tarball');
}

/** The linters of package authors: entry points, module formats and types as consumers' tools resolve them. */
export const linters = {
  publint: (root, path) =>
    runCommand('npx', ['--no', 'publint', '--', 'run', '--strict', path], { cwd: root }),
  attw: (root, path) =>
    // Every resolution must find types, that of `"module": "commonjs"` (node10) too. The one thing that is left is a fact:
    // CommonJS under `node16` gets an ES module, which those settings don't let it require.
    runCommand('npx', ['--no', 'attw', '--', path, '--ignore-rules', 'cjs-resolves-to-esm'], { cwd: root }),
};
