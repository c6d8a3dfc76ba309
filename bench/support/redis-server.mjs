// A redis-server of our own on a free loopback port, without persistence.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';

export async function startRedis() {
  const port = await freePort();
  const binary = process.env.REDIS_SERVER_BIN ?? 'redis-server';
  const server = spawn(
    binary,
    ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'].map(String),
    {
      stdio: 'ignore',
    },
  );
  process.once('exit', () => server.kill('SIGKILL'));
  const url = `redis://127.0.0.1:${port}`;
  const admin = new Redis(url, { retryStrategy: () => 50 });
  admin.on('error', () => {});
  while (admin.status !== 'ready') await pause(20);
  return {
    url,
    admin,
    async stop() {
      admin.disconnect();
      server.kill('SIGKILL');
      await once(server, 'exit');
    },
  };
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
