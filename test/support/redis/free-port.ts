import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

// Below the range the kernel takes outgoing ports from (32768 on Linux), cluster bus included: otherwise a client that
// reconnects to a killed server can occupy the server's port, or even connect to itself.
const FIRST_PORT = 11_000;
const LAST_PORT = 21_000;
const BUS_OFFSET = 10_000;
// Each worker of Jest has every eighth port: a server that is killed for a moment finds its port free when it comes back.
const LANES = 8;
const LANE = Number(process.env['JEST_WORKER_ID'] ?? 0) % LANES;

export const LOOPBACK = '127.0.0.1';

/** A loopback port that is free at the moment, its cluster bus port too. Another process may still be faster: retry. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(FIRST_PORT / LANES, LAST_PORT / LANES) * LANES + LANE;
    if ((await isFree(port)) && (await isFree(port + BUS_OFFSET))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
