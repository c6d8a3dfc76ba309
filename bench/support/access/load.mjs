// The load, a process of its own: a request at a time on each connection, as fast as they are answered. It writes bytes that
// are ready and looks at the end of the answers, so that it costs less than any server does.
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { answering } from '../processes.mjs';

const ANSWER = '{"hello":"world"}';
const targets = new Map();

const requestOf = (token) =>
  Buffer.from(`GET /hello HTTP/1.1\r\nhost: bench.test\r\nauthorization: Bearer ${token}\r\n\r\n`);

/** Each connection comes from an address of its own, where the loopback interface has more than one. */
async function connect(port, at) {
  for (const localAddress of [`127.0.1.${at + 1}`, undefined]) {
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
    for (let at = 0; at < count; at += 1) {
      const socket = await connect(this.port, at);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.latin1Slice();
        if (!text.endsWith(ANSWER)) return this.lookAt(text);
        const isRight = text.startsWith('HTTP/1.1 200');
        text = '';
        if (!isRight) this.fail(new Error(text));
        else this.answered(socket);
      });
      socket.on('error', (error) => this.fail(error));
      socket.on('close', () => this.fail(new Error('the server closed a connection')));
      this.connections.push(socket);
    }
  }

  /** A refusal never ends as an answer does. */
  lookAt(text) {
    if (!text.startsWith('HTTP/1.1 200'.slice(0, text.length))) this.fail(new Error(`answered ${text}`));
  }

  /** Keeps the connections busy for so long, or with so many requests. */
  run({ ms = Infinity, requests = Infinity, connections = Infinity }) {
    const startedAt = performance.now();
    const cpu = process.cpuUsage();
    return new Promise((resolve, reject) => {
      this.fail = reject;
      let [sent, done] = [0, 0];
      const send = (socket) => {
        if (sent === requests || performance.now() - startedAt >= ms || this.isUsedUp()) return false;
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
      for (const socket of this.connections.slice(0, connections)) send(socket);
      if (sent === 0) reject(new Error('no request to send'));
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
  close(name) {
    targets.get(name).close();
    targets.delete(name);
  },
});
