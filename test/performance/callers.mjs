/**
 * Callers in a thread of their own, whose memory isn't that of the app. They share a connection, and send their requests at once
 * (pipelined): so as many of them arrive in one turn of the app each time.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const NOTHING_MOVED = [];

/** How many there are. */
export const CALLERS = 20;

/** What one of them sends. */
const requests = {
  known: ({ access_token: token }) => ({ path: '/known', token }),
  public: () => ({ path: '/public' }),
  limited: () => ({ path: '/limited', status: 429 }),
  posted: ({ username, password }) => ({ path: '/posted', body: { username, password } }),
  login: ({ username, password }) => ({ path: '/auth/login', body: { username, password } }),
  refresh: ({ refresh_token }) => ({ path: '/auth/refresh', body: { refresh_token } }),
};

/** The callers, as the thread of the app sees them. */
export class Callers {
  static async start(port) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { port } });
    worker.unref();
    await once(worker, 'message');
    return new Callers(worker);
  }

  constructor(worker) {
    this.worker = worker;
  }

  /** So many of them send this request so many times. */
  async send(name, { callers = 1, times = 1 } = {}) {
    const done = once(this.worker, 'message');
    this.worker.postMessage({ name, callers, times }, NOTHING_MOVED);
    const [problem] = await done;
    if (problem !== undefined) throw new Error(problem);
  }
}

class Connection {
  constructor() {
    this.socket = connect({ port: workerData.port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1').on('data', (text) => this.take(text));
  }

  /** All answers to all of these, in their order. */
  send(texts) {
    return new Promise((answered) => {
      Object.assign(this, { answered, answers: [], received: '', expected: texts.length });
      this.socket.write(texts.join(''));
    });
  }

  take(text) {
    this.received += text;
    for (let end = this.endOfFirst(); end > 0; end = this.endOfFirst()) {
      const answer = this.received.slice(0, end);
      this.received = this.received.slice(end);
      const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
      this.answers.push({ status: Number(answer.slice(9, 12)), body });
    }
    if (this.answers.length === this.expected) this.answered(this.answers);
  }

  /** Where the first answer ends; 0 while it isn't whole. */
  endOfFirst() {
    const start = this.received.indexOf('\r\n\r\n') + 4;
    if (start < 4) return 0;
    const end = start + Number(/^content-length: (\d+)/im.exec(this.received.slice(0, start))[1]);
    return this.received.length < end ? 0 : end;
  }
}

function textOf({ path, token, body }) {
  const json = body === undefined ? '' : JSON.stringify(body);
  const lines = [`${json === '' ? 'GET' : 'POST'} ${path} HTTP/1.1`, 'host: api.test', 'accept: */*'];
  if (token !== undefined) lines.push(`authorization: Bearer ${token}`);
  if (json !== '') lines.push('content-type: application/json', `content-length: ${json.length}`);
  return `${lines.join('\r\n')}\r\n\r\n${json}`;
}

const people = Array.from({ length: CALLERS }, (_, at) => ({
  username: `user-${at}`,
  password: `user-${at}-password`,
  access_token: 'none',
}));

async function send({ name, callers, times }) {
  // The app closes one that isn't used for some seconds.
  const connection = new Connection();
  for (let time = 0; time < times; time++) {
    const sent = people.slice(0, callers).map((person) => requests[name](person));
    const answers = await connection.send(sent.map(textOf));
    for (const [at, { status, body }] of answers.entries()) {
      if (status !== 200 && status !== sent[at].status) return `${name} is answered ${status}: ${body}`;
      if (name === 'login' || name === 'refresh') Object.assign(people[at], JSON.parse(body));
    }
  }
  connection.socket.destroy();
  return undefined;
}

if (!isMainThread) {
  const answer = async (asked) => parentPort.postMessage(await send(asked), NOTHING_MOVED);
  parentPort.on('message', (asked) => void answer(asked));
  parentPort.postMessage('ready', NOTHING_MOVED);
}
