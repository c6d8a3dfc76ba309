// Proves that what we publish works for strangers: packs the built library, lints the tarball, installs it into an empty
// Nest 12 ESM app and an empty Nest 11 CommonJS app outside the workspace, compiles, boots and uses both over HTTP.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Checks } from './checks.mjs';
import { Consumer } from './consumer.mjs';
import { scenario } from './scenario.mjs';
import { assertContents, linters, pack } from './tarball.mjs';

const root = join(import.meta.dirname, '../..');
const checks = new Checks();
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-package-'));
try {
  await prove();
} finally {
  await rm(folder, { recursive: true, force: true });
}
checks.report();
process.exitCode = checks.failed === 0 ? 0 : 1;

async function prove() {
  const tarball = await checks.check('packs', () => {
    if (!existsSync(join(root, 'libs/auth/dist/index.js'))) throw new Error('Build first: npm run build');
    return pack(root, folder);
  });
  if (tarball === undefined) return;
  await checks.check('has what consumers need and nothing else', () => assertContents(tarball.files));
  await checks.check('publint finds nothing', () => linters.publint(root, tarball.path));
  await checks.check('attw finds nothing', () => linters.attw(root, tarball.path));
  for (const name of ['nest12-esm', 'nest11-commonjs']) {
    await proveConsumer(new Consumer(root, name, folder), tarball.path);
  }
}

async function proveConsumer(consumer, tarball) {
  const { name } = consumer;
  const steps = {
    installs: () => consumer.install(tarball),
    compiles: () => consumer.compile(),
    'makes a key on the command line': () => consumer.makeKey(),
  };
  for (const [step, run] of Object.entries(steps)) await checks.check(`${name} ${step}`, run);
  const running = await checks.check(`${name} boots`, () => consumer.boot());
  if (running === undefined) return checks.missed(`${name} logs in, calls a protected route and refreshes`);
  await checks.check(`${name} logs in, calls a protected route and refreshes`, () => scenario(running.url));
  await checks.check(`${name} shuts down`, () => consumer.shutDown(running));
}
