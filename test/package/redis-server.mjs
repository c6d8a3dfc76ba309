import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './stranger.mjs';

const IN_MEMORY = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
const ATTEMPTS = 5;

/** A Redis server of one app of the proof, which keeps nothing. `test/support/ensure-redis.mjs` has seen to the binary. */
export class RedisServer {
  constructor(child, port) {
    this.child = child;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(attempt = 1) {
    const port = await freePort();
    const server = await launch(port);
    if (server !== undefined) return new RedisServer(server, port);
    // Somebody else took the port in between.
    if (attempt === ATTEMPTS) throw new Error('redis-server does not start');
    return RedisServer.start(attempt + 1);
  }

  async stop() {
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }
}

/** @returns the process, or `undefined` when it ended instead of listening */
async function launch(port) {
  for (const binary of candidates()) {
    const child = spawn(binary, ['--port', String(port), ...IN_MEMORY], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const isUp = await new Promise((resolve) => {
      child.stdout.on('data', (chunk) => String(chunk).includes('Ready to accept') && resolve(true));
      child.once('exit', () => resolve(false));
      child.once('error', () => resolve(false));
    });
    if (isUp) return child;
  }
  return undefined;
}

function candidates() {
  const chosen = process.env.REDIS_SERVER_BIN;
  return chosen ? [chosen] : ['redis-server', 'valkey-server'];
}
