// The load, a process of its own. Requests are due at fixed times, whatever becomes of those before them, and what is
// measured is the time since a request was due: a server that stands still is charged for everybody who would have come.
import { Agent, request } from 'node:http';
import { answering } from '../processes.mjs';
import { quietP99, summarise } from './summary.mjs';

const OPENING_AT_ONCE = 100;
const SWEEP_EVERY_MS = 50;
/** Each tenth request goes to a bare app in the same seconds: what the machine adds is seen there. */
const CONTROL_EVERY = 10;

let target;
let agent;
let control;
let load;

const isControl = (at) => at % CONTROL_EVERY === 0;

const callOf = (at) => ({
  agent,
  path: '/hello',
  host: target.hostname,
  port: target.port,
  headers: {
    authorization: `Bearer ${target.tokens[at % target.tokens.length]}`,
    'x-forwarded-for': `10.1.${Math.floor(at / 250) % 16}.${at % 250}`,
  },
});

/** Opens connections, which stay, a hundred at a time; each new one because the others are still answering. */
async function open({ url, tokens, connections, controlUrl }) {
  const { hostname, port } = new URL(url);
  const { hostname: host, port: controlPort } = new URL(controlUrl);
  control = { agent: new Agent({ keepAlive: true }), path: '/hello', host, port: controlPort };
  target = { hostname, port, tokens };
  agent = new Agent({ keepAlive: true, maxFreeSockets: Infinity, scheduling: 'fifo' });
  const sockets = new Set();
  // An agent reuses what is free, so connections are held back until there are enough of them.
  const held = [];
  while (sockets.size < connections) {
    const count = Math.min(OPENING_AT_ONCE, connections - sockets.size);
    await Promise.all(Array.from({ length: count }, (_, at) => connect(at)));
  }
  for (const release of held) release();
  return sockets.size;

  function connect(at) {
    return new Promise((resolve, reject) => {
      const call = request(callOf(at), (response) => {
        sockets.add(response.socket);
        // Not read to its end yet: so the connection isn't free.
        held.push(() => response.resume());
        resolve();
      });
      call.on('error', reject).end();
    });
  }
}

/** Begins to send, `rate` requests a second, until `stop`. */
function run({ rate, patienceMs }) {
  load = new Load(rate, patienceMs);
}

class Load {
  startedAt = performance.now();
  dueAt = [];
  lateMs = [];
  tookMs = [];
  statuses = [];
  calls = new Map();
  isStopped = false;

  constructor(rate, patienceMs) {
    this.everyMs = 1000 / rate;
    this.patienceMs = patienceMs;
    this.sendDue();
    this.sweeper = setInterval(() => this.giveUp(), SWEEP_EVERY_MS);
  }

  sendDue() {
    if (this.isStopped) return;
    for (;;) {
      const dueAt = this.startedAt + this.dueAt.length * this.everyMs;
      const now = performance.now();
      if (dueAt > now) break;
      this.lateMs.push(now - dueAt);
      this.send(this.dueAt.push(dueAt) - 1);
    }
    setTimeout(() => this.sendDue(), 1);
  }

  send(at) {
    const call = request(isControl(at) ? control : callOf(at), (response) => {
      response.on('end', () => this.end(at, response.statusCode));
      response.on('error', () => this.end(at, 'connection error'));
      response.resume();
    });
    this.calls.set(at, call);
    call.on('error', () => this.end(at, 'connection error')).end();
  }

  end(at, status) {
    if (!this.calls.delete(at)) return;
    this.tookMs[at] = performance.now() - this.dueAt[at];
    this.statuses[at] = status;
  }

  /** Nobody waits for ever. The calls are in the order in which they were due. */
  giveUp() {
    const before = performance.now() - this.patienceMs;
    for (const [at, call] of this.calls) {
      if (this.dueAt[at] > before) return;
      this.end(at, 'hang');
      call.destroy();
    }
  }

  async stop() {
    this.isStopped = true;
    while (this.calls.size > 0) await new Promise((resolve) => setTimeout(resolve, SWEEP_EVERY_MS));
    clearInterval(this.sweeper);
  }
}

answering({
  open,
  run,
  stop: () => load.stop(),
  /** Phases by their times since the epoch. */
  summary: (phases) => ({
    phases: summarise(load, phases, (at) => !isControl(at)),
    control: summarise(load, phases, isControl),
    quiet: quietP99(load, phases.open, isControl),
  }),
});
