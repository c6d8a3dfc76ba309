// Proves that what we publish works for strangers: packs the built library, lints the tarball, and installs it into empty
// apps outside the workspace: as the README and the pages of the first hour say, and without its optional peers.
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accessSteps } from './access.mjs';
import { Checks } from './checks.mjs';
import { Consumer } from './consumer.mjs';
import { Document } from './documents.mjs';
import { bootTwice, packagesOf, promises, writeGrownApp } from './first-hour.mjs';
import { RedisServer } from './redis-server.mjs';
import { scenario } from './scenario.mjs';
import { bootApp, callApp, writeApp } from './stranger.mjs';
import { assertContents, linters, pack } from './tarball.mjs';

const root = join(import.meta.dirname, '../..');
const checks = new Checks();
const folder = await mkdtemp(join(tmpdir(), 'gatehouse-package-'));
const documents = {
  readme: new Document(root, 'README.md'),
  testing: new Document(root, 'docs/testing-your-app.md'),
  steps: ['first-login', 'roles', 'tests', 'swagger', 'two-instances'].map(
    (step) => new Document(root, `docs/start/${step}.md`),
  ),
  health: new Document(root, 'docs/health.md'),
  telemetry: new Document(root, 'docs/telemetry.md'),
};
try {
  await provePackage();
} finally {
  await rm(folder, { recursive: true, force: true });
}
checks.report();
process.exitCode = checks.failed === 0 ? 0 : 1;

async function provePackage() {
  const tarball = await checks.check('packs', () => {
    if (!existsSync(join(root, 'libs/auth/dist/index.js'))) throw new Error('Build first: npm run build');
    return pack(root, folder);
  });
  if (tarball === undefined) return;
  await checks.check('has what consumers need and nothing else', () => assertContents(tarball.files));
  await checks.check('publint finds nothing', () => linters.publint(root, tarball.path));
  await checks.check('attw finds nothing', () => linters.attw(root, tarball.path));
  // Strangers know nothing of each other, so none waits for another.
  await Promise.all([proveNest12, proveNest11, proveWithoutPeers].map((prove) => prove(tarball.path)));
}

async function proveNest12(tarball) {
  const app = new Consumer('nest12-esm', folder);
  await inTurn(app, {
    "installs the README's line": () => app.install(tarball, documents.readme.installLine('Nest 12')),
    'compiles every entry, libraries included': () => app.compile('tsconfig.proof.json'),
    'loads few files, and what it may need later not yet': () => app.node('loaded-files.mjs'),
  });
  await proveProtocol(app);
  await inTurn(app, accessSteps(app));
  await proveReadme(app, true);
  const lines = [
    documents.testing.block('json', '"@swc/jest"'),
    documents.testing.block('json', '@nestjs|cookie'),
  ];
  await inTurn(app, {
    'passes its test on Vitest': () => app.run('vitest', 'run'),
    'passes its test on node:test': () => app.node('--test', 'dist/app.node-test.js'),
  });
  await proveFirstHour(app, tarball, true);
  await inTurn(app, {
    'passes its test on Jest with SWC': () => runJest(app, ...lines),
    'names the one package it lacks': () => app.missesPassport(),
  });
}

async function proveNest11(tarball) {
  const app = new Consumer('nest11-commonjs', folder);
  const proof = 'tsconfig.proof.json';
  const as = (module) => ['--module', module, '--noEmit'];
  // The mistake is in the app; libraries are read where it compiles.
  const unread = (module) => [...as(module), '--skipLibCheck'];
  const jest = (transform) => () => runJest(app, documents.testing.block('json', `"${transform}"`));
  await inTurn(app, {
    "installs the README's line": () => app.install(tarball, documents.readme.installLine('Nest 11')),
    'compiles every entry with module commonjs, libraries included': () => app.compile(proof),
    'compiles with module nodenext': () => app.compile(proof, ...as('nodenext')),
    'compiles with module node20': () => app.compile(proof, ...as('node20')),
    // These two know no require() of ES modules; the day they do, the documents may say so.
    "doesn't compile with module node16": () => app.refusesToCompile(proof, 'TS1479', ...unread('node16')),
    "doesn't compile with module node18": () => app.refusesToCompile(proof, 'TS1479', ...unread('node18')),
  });
  await proveProtocol(app);
  await inTurn(app, accessSteps(app));
  await proveReadme(app, false);
  await inTurn(app, {
    'passes its test on Jest with ts-jest': jest('ts-jest'),
    'passes its test on node:test': () => app.node('--test', 'dist/app.node-test.js'),
    'names the package that an entry lacks': () => app.node('entries-without-peers.cjs'),
  });
  await proveFirstHour(app, tarball, false);
  await inTurn(app, {
    'passes its test on Jest with SWC': jest('@swc/jest'),
    'names the one package it lacks': () => app.missesPassport(),
  });
}

/** Runs Jest as the page about tests configures it; what stands in later blocks goes before what stands in earlier ones. */
async function runJest(app, ...blocks) {
  const config = Object.assign({}, ...blocks.map((block) => JSON.parse(block)));
  await app.write('jest.json', JSON.stringify(config));
  return app.run('jest', '--config', 'jest.json', '--rootDir', 'src');
}

async function proveWithoutPeers(tarball) {
  const app = new Consumer('without-peers', folder);
  await inTurn(app, {
    installs: () => app.install(tarball, ['nestjs-gatehouse']),
    'limits and guards, and is told what AuthModule needs': () => app.node('main.mjs'),
  });
}

/** Login, refresh and refusals over HTTP, with a key made on the command line on the way. */
async function proveProtocol(app) {
  await inTurn(app, { 'makes a key on the command line': () => app.makeKey() });
  const findUrl = (output) => /listening at (\S+)/.exec(output)?.[1];
  await proveRunning(
    app,
    'its own app',
    () => app.boot('proof-dist/main.js', {}, findUrl),
    ({ url }) => scenario(url),
  );
}

async function proveReadme(app, isEsm) {
  await inTurn(app, {
    "writes the README's app": () => writeApp(app, documents, isEsm),
    'compiles it': () => app.compile('tsconfig.readme.json'),
  });
  await proveRunning(app, "the README's app", () => bootApp(app), callApp);
}

/** The pages after the README, one by one, on two instances with a Redis; tests run on what it has become. */
async function proveFirstHour(app, tarball, isEsm) {
  const nest = isEsm ? 'Nest 12' : 'Nest 11';
  await inTurn(app, {
    'installs what the pages name': () => app.add(tarball, packagesOf(documents, nest)),
    "writes the pages' app": () => writeGrownApp(app, documents, isEsm),
    "compiles the pages' app": () => app.compile('tsconfig.readme.json'),
  });
  const redis = await RedisServer.start();
  const instances = await checks.check(`${app.name} boots the pages' app`, () => bootTwice(app, redis));
  for (const [promise, keep] of Object.entries(promises))
    if (instances === undefined) checks.missed(`${app.name} ${promise}`);
    else await checks.check(`${app.name} ${promise}`, () => keep(instances));
  await Promise.all((instances ?? []).map((instance) => app.shutDown(instance)));
  await redis.stop();
}

async function proveRunning(app, what, boot, use) {
  const used = `${app.name} logs in to ${what} and is let in`;
  const running = await checks.check(`${app.name} boots ${what}`, boot);
  if (running === undefined) return checks.missed(used);
  await checks.check(used, () => use(running));
  await checks.check(`${app.name} shuts ${what} down`, () => app.shutDown(running));
}

async function inTurn(app, steps) {
  for (const [step, run] of Object.entries(steps)) await checks.check(`${app.name} ${step}`, run);
}
