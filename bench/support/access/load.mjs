// The load, a process of its own: a request at a time on each connection, as fast as they are answered. It writes bytes that
// are ready and looks at the end of the answers, so that it costs less than any server does.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { quantile } from '../outage/summary.mjs';
import { answering } from '../processes.mjs';

const ANSWER = '{"hello":"world"}';
const OPENING_AT_ONCE = 100;
const targets = new Map();

const requestOf = (token) =>
  Buffer.from(`GET /hello HTTP/1.1\r\nhost: bench.test\r\nauthorization: Bearer ${token}\r\n\r\n`);

/** Each connection comes from an address of its own, where the loopback interface has more than one. */
async function connect(port, at) {
  for (const localAddress of [`127.0.${1 + Math.floor(at / 250)}.${1 + (at % 250)}`, undefined]) {
    const socket = createConnection({ host: '127.0.0.1', port, localAddress, noDelay: true });
    try {
      await once(socket, 'connect');
      return socket;
    } catch (error) {
      if (localAddress === undefined) throw error;
    }
  }
}

class Target {
  next = 0;
  connections = [];

  /** `isCold`: each token is sent once. */
  constructor({ port, tokens, isCold }) {
    this.port = port;
    this.isCold = isCold;
    this.requests = tokens.map(requestOf);
  }

  async open(count) {
    while (this.connections.length < count) {
      const from = this.connections.length;
      const more = Math.min(OPENING_AT_ONCE, count - from);
      const sockets = await Promise.all(
        Array.from({ length: more }, (_, at) => connect(this.port, from + at)),
      );
      for (const socket of sockets) this.listen(socket);
      this.connections.push(...sockets);
    }
  }

  listen(socket) {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.latin1Slice();
      if (!text.endsWith(ANSWER)) return this.lookAt(text);
      const isRight = text.startsWith('HTTP/1.1 200');
      text = '';
      if (isRight) this.answered(socket);
      else this.fail(new Error('a refusal'));
    });
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed a connection')));
  }

  /** A refusal never ends as an answer does. */
  lookAt(text) {
    if (!text.startsWith('HTTP/1.1 200'.slice(0, text.length))) this.fail(new Error(`answered ${text}`));
  }

  /** Keeps the connections busy for so long, or with so many requests. */
  run({ ms, requests, connections }) {
    // What isn't given, and Infinity on its way here, is null or undefined.
    const [endMs, most, used] = [ms, requests, connections].map((each) => each ?? Infinity);
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    return new Promise((resolve, reject) => {
      this.fail = reject;
      let [sent, done] = [0, 0];
      const send = (socket) => {
        if (sent === most || performance.now() - startedAt >= endMs || this.isUsedUp()) return false;
        socket.write(this.requests[this.next % this.requests.length]);
        this.next += 1;
        sent += 1;
        return true;
      };
      this.answered = (socket) => {
        done += 1;
        if (send(socket) || done < sent) return;
        const took = performance.now() - startedAt;
        const { user, system } = process.cpuUsage(cpu);
        resolve({ requests: done, ms: took, busy: (user + system) / 1000 / took });
      };
      for (const socket of this.connections.slice(0, used)) send(socket);
      if (sent === 0) reject(new Error('no request to send'));
    });
  }

  /**
   * Requests are due at fixed times, each on the connection that has rested longest, and are timed from then on: a server that
   * stands still is charged for everybody who would have come, those who find no connection at rest included. Answers the times in
   * ms, in the order of the answers.
   */
  pace({ rate, ms }) {
    const free = [...this.connections];
    const dueOf = new Map();
    const took = [];
    const startedAt = performance.now();
    const all = Math.round((rate * ms) / 1000);
    let due = 0;
    return new Promise((resolve, reject) => {
      this.fail = reject;
      this.answered = (socket) => {
        took.push(performance.now() - dueOf.get(socket));
        free.push(socket);
        if (took.length === all) resolve(took);
      };
      const sendDue = () => {
        for (; due < all; due += 1) {
          const dueAt = startedAt + (due * 1000) / rate;
          if (dueAt > performance.now()) break;
          const socket = free.shift();
          if (socket === undefined) break;
          dueOf.set(socket, dueAt);
          socket.write(this.requests[due % this.requests.length]);
        }
        if (due < all) setTimeout(sendDue, 1);
      };
      sendDue();
    });
  }

  isUsedUp() {
    return this.isCold && this.next >= this.requests.length;
  }

  close() {
    this.fail = () => {};
    for (const socket of this.connections) socket.destroy();
  }
}

answering({
  async open(name, { connections, ...about }) {
    const target = new Target(about);
    targets.set(name, target);
    await target.open(connections);
  },
  /** Another's tokens: what a server reads costs it as well. */
  show: (name, tokens) => void (targets.get(name).requests = tokens.map(requestOf)),
  run: (name, much) => targets.get(name).run(much),
  async pace(name, how) {
    const took = (await targets.get(name).pace(how)).sort((a, b) => a - b);
    return { p50: quantile(took, 0.5), p99: quantile(took, 0.99), max: took.at(-1) };
  },
  close(name) {
    targets.get(name).close();
    targets.delete(name);
  },
});
