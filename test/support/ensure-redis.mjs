// Runs before the tests: makes sure that there is a Redis server binary for the harness (test/support/redis) to start.
// It starts and stops nothing, and never touches a Redis that is already there.
import { installWithoutStarting, isDebianRoot, isExecutable, isOnPath } from './debian-package.mjs';

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
  return isOnPath('redis-server', 'valkey-server');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
