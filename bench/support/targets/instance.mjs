// What an instance costs that nobody asks anything: until it listens, and while it is idle.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newKey } from '../access/measure.mjs';
import { cores } from '../cores.mjs';
import { endsWithRun, startAnswering } from '../processes.mjs';
import { commandsRun } from '../redis-server.mjs';
import { atMost } from '../results.mjs';
import { median } from '../rounds.mjs';

const SETTLED_MS = 1_500;
const IDLE_MS = 4_000;

export async function instance({ redis, quick }) {
  return [
    atMost('import and boot over bare, ms', await bootOverBare(redis, quick ? 2 : 9), 60, { digits: 0 }),
    atMost('idle instance, maxStaleness 100 ms, commands/s', await idleCommands(redis), 50, { digits: 0 }),
  ];
}

/** Bare and ours in turn; the median of the differences. */
async function bootOverBare(redis, pairs) {
  const env = { ...process.env, BENCH_PRIVATE_KEY: newKey() };
  const boot = async (name) => {
    const app = endsWithRun(fork(join(import.meta.dirname, 'boot-app.mjs'), [name, redis.url], { env }));
    const [{ ms }] = await once(app, 'message');
    const ended = once(app, 'exit');
    app.kill('SIGKILL');
    await ended;
    return ms;
  };
  // Once for the caches of files.
  await boot('gatehouse');
  const differences = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    const bare = await boot('bare');
    differences.push((await boot('gatehouse')) - bare);
  }
  return median(differences);
}

async function idleCommands(redis) {
  await redis.admin.flushall();
  const app = startAnswering(join(import.meta.dirname, '../access/app.mjs'), ['idle', 'fastify', redis.url], {
    core: cores.server,
    hears: true,
    env: { ...process.env, BENCH_PRIVATE_KEY: newKey() },
  });
  await app.ask('about', 1, 0);
  await pause(SETTLED_MS);
  const before = await commandsRun(redis.admin);
  await pause(IDLE_MS);
  const commands = (await commandsRun(redis.admin)) - before;
  await app.stop();
  return (commands * 1000) / IDLE_MS;
}
