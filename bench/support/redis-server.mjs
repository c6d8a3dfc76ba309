// A redis-server of our own on a free loopback port, without persistence unless asked for.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { pinned } from './cores.mjs';
import { endsWithRun } from './processes.mjs';

/** `appendonly` keeps the data over a kill, as a server in production does; `core` pins it there. */
export async function startRedis({ appendonly = false, core } = {}) {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'bench-redis-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const args = ['--dir', folder, '--appendonly', appendonly ? 'yes' : 'no'];
  const start = () => spawnServer(port, args, core);
  let server = start();
  const url = `redis://127.0.0.1:${port}`;
  const admin = new Redis(url, { retryStrategy: () => 50 });
  admin.on('error', () => {});
  const ready = async () => {
    while (admin.status !== 'ready') await pause(20);
  };
  const kill = async () => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  };
  await ready();
  return {
    url,
    admin,
    kill,
    async restart() {
      server = start();
      await ready();
    },
    hang: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    /** How many clients are connected, our own aside. */
    async connections() {
      const list = await admin.client('LIST');
      return list.trim().split('\n').length - 1;
    },
    async stop() {
      admin.disconnect();
      await kill();
    },
  };
}

function spawnServer(port, args, core) {
  const binary = process.env.REDIS_SERVER_BIN ?? 'redis-server';
  const common = ['--port', String(port), '--bind', '127.0.0.1', '--save', ''];
  const [command, ...rest] = pinned(core, [binary, ...common, ...args]);
  return endsWithRun(spawn(command, rest, { stdio: 'ignore' }));
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** Processor time the server has used, in microseconds. */
export async function serverCpuUs(admin) {
  const info = await admin.info('cpu');
  const seconds = (name) => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(info)[1]);
  return (seconds('used_cpu_user_main_thread') + seconds('used_cpu_sys_main_thread')) * 1e6;
}

/** Commands the server has run since CONFIG RESETSTAT, those inside scripts included; our own INFO and CONFIG aside. */
export async function commandsRun(admin) {
  const stats = await admin.info('commandstats');
  let calls = 0;
  for (const [, name, count] of stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm))
    if (!/^(info|config|client|ping|hello|script)/.test(name)) calls += Number(count);
  return calls;
}
