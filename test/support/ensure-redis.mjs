// Runs before the tests: makes sure that there is a Redis server binary for the harness (test/support/redis) to start.
// It starts and stops nothing, and never touches a Redis that is already there.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const POLICY = '/usr/sbin/policy-rc.d';
const ADVICE = [
  'The tests need a Redis or Valkey server binary (REDIS_SERVER_BIN, redis-server or valkey-server on the PATH).',
  process.platform === 'darwin'
    ? 'Run: brew install redis'
    : 'Run: sudo apt-get install --yes redis-server   (or your system’s package; or run the tests in the node:20 container as root)',
].join('\n');

if (!hasBinary()) {
  if (!isDebianRoot()) fail(ADVICE);
  console.log('No Redis server found: installing the redis-server package for the tests (apt-get) …');
  try {
    installWithoutStarting('redis-server');
  } catch (error) {
    fail(`${ADVICE}\n(${error.message})`);
  }
  if (!hasBinary()) fail(ADVICE);
}

function hasBinary() {
  const chosen = process.env.REDIS_SERVER_BIN;
  if (chosen) return isExecutable(chosen) || fail(`REDIS_SERVER_BIN is not an executable file: ${chosen}`);
  const folders = (process.env.PATH ?? '').split(delimiter);
  return ['redis-server', 'valkey-server'].some((name) =>
    folders.some((folder) => isExecutable(join(folder, name))),
  );
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isDebianRoot() {
  return process.getuid?.() === 0 && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Debian starts a service as soon as it is installed, unless policy-rc.d forbids it. */
function installWithoutStarting(name) {
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    aptGet('update');
    aptGet('install', '--yes', '--no-install-recommends', name);
  } finally {
    if (isOurs) rmSync(POLICY, { force: true });
  }
}

function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync('/usr/bin/apt-get', ['-qq', ...args], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
