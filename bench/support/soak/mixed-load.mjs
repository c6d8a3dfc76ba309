// What users do, at a fixed rate: call with a good token and a bad one, log in, with a wrong password too, refresh, with a
// used token too, look at their sessions, log out. A process of its own.
import { answering } from '../processes.mjs';

const USERS = 200;
const HANGS_AFTER_MS = 5_000;

let run;

/** Each user has an address. */
const addressOf = (user) => `198.51.100.${user.split('-')[1]}`;

async function send(url, method, path, { user, token, json }) {
  const response = await fetch(url + path, {
    method,
    headers: {
      'x-forwarded-for': addressOf(user),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(HANGS_AFTER_MS),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
}

class Run {
  answers = {};
  underWay = new Set();
  pairs = new Map();
  count = 0;

  constructor({ url, rate }) {
    this.url = url;
    this.timer = setInterval(() => this.start(), 1000 / rate);
  }

  start() {
    const at = (this.count += 1);
    const done = this.act(`user-${at % USERS}`, at % 20)
      .catch((error) => (error.name === 'TimeoutError' ? 'hang' : 'connection error'))
      .then((answer) => {
        this.answers[answer] = (this.answers[answer] ?? 0) + 1;
        this.underWay.delete(done);
      });
    this.underWay.add(done);
  }

  async act(user, kind) {
    const pair = this.pairs.get(user);
    if (pair === undefined || kind === 0) return this.logIn(user);
    const token = pair.access_token;
    const json = { refresh_token: pair.refresh_token };
    switch (kind) {
      case 1:
        return (await send(this.url, 'GET', '/auth/me', { user, token: 'none' })).status;
      case 2:
        return (
          await send(this.url, 'POST', '/auth/login', {
            user,
            json: { username: `${user}-x`, password: 'wrong' },
          })
        ).status;
      case 3:
      case 4:
        return this.keep(user, await send(this.url, 'POST', '/auth/refresh', { user, json }));
      case 5:
        return (await send(this.url, 'GET', '/auth/sessions', { user, token })).status;
      case 6:
        this.pairs.delete(user);
        return (await send(this.url, 'POST', '/auth/logout', { user, token })).status;
      case 7:
        // The token is used by now: sometimes that is a retry, sometimes a theft.
        await send(this.url, 'POST', '/auth/refresh', { user, json });
        return (await send(this.url, 'POST', '/auth/refresh', { user, json })).status;
      default:
        return (await send(this.url, 'GET', '/auth/me', { user, token })).status;
    }
  }

  async logIn(username) {
    const json = { username, password: `${username}-password` };
    return this.keep(username, await send(this.url, 'POST', '/auth/login', { user: username, json }));
  }

  keep(user, { status, body }) {
    if (status === 200) this.pairs.set(user, body);
    if (status === 401 || status === 400) this.pairs.delete(user);
    return status;
  }

  async end() {
    clearInterval(this.timer);
    await Promise.all(this.underWay);
    return this.answers;
  }
}

answering({
  begin: (given) => {
    run = new Run(given);
  },
  end: () => run.end(),
});
