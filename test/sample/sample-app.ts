import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { basic } from '../support/oauth2/oauth-caller.js';
import { reap, temporaryFolder, unreap } from '../support/reaper.js';
import { secretWatch } from '../support/secret-watch/secret-watch.js';
import { until } from '../support/until.js';

const SCRIPT = join(__dirname, '../../dist/main.js');

/** What a spec sends: `json` is serialised, `text` goes as it is. */
export interface Call {
  readonly token?: string;
  /** The `Authorization` header, in the place of `token`. */
  readonly authorization?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly contentType?: string;
  readonly method?: string;
}

/** An answer, its body parsed when it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** A directory of its own, for the database and the key of one app. */
export const scratchDirectory = (): string => mkdtempSync(join(temporaryFolder(), 'sample-'));

/** The built sample app, running as a process of its own. */
export class SampleApp {
  private constructor(
    private readonly child: ChildProcess,
    readonly output: () => string,
    readonly url: string,
  ) {}

  /** Starts it on a free port, without `/docs`, which takes a while to load, in a fresh directory unless `cwd` says otherwise; or another app that tells where it listens. */
  static async start(
    env: Record<string, string> = {},
    cwd = scratchDirectory(),
    script = SCRIPT,
  ): Promise<SampleApp> {
    const { child, output } = SampleApp.spawn({ RATE_LIMIT: '100000', API_DOCS: 'off', ...env }, cwd, script);
    await until(
      'the sample app listens or ends',
      () => child.exitCode !== null || /listens on/.test(output()),
    );
    const url = /listens on (\S+)/.exec(output())?.[1];
    if (url === undefined) throw new Error(`The sample app did not start:\n${output()}`);
    return new SampleApp(child, output, url);
  }

  /** Starts an app that is expected to refuse, and returns its exit code and output. */
  static async refusal(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
    const { child, output } = SampleApp.spawn(env, scratchDirectory());
    await once(child, 'close');
    return { code: child.exitCode, output: output() };
  }

  private static spawn(
    env: Record<string, string>,
    cwd: string,
    script = SCRIPT,
  ): { child: ChildProcess; output: () => string } {
    const child = spawn(process.execPath, [script], {
      cwd,
      env: { PATH: process.env['PATH'], PORT: '0', ...env },
    });
    const { pid } = child;
    if (pid !== undefined) {
      reap(pid);
      child.once('exit', () => unreap(pid));
    }
    // An app that a failed test leaves behind mustn't keep Jest waiting; the reaper ends it.
    child.unref();
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (text += String(chunk)));
      if (stream instanceof Socket) stream.unref();
    }
    secretWatch.showLater(() => ['the output of a process', text]);
    return { child, output: () => text };
  }

  async call(
    path: string,
    { token, authorization, headers, json, text, contentType, method }: Call = {},
  ): Promise<Answer> {
    const body = text ?? (json === undefined ? undefined : JSON.stringify(json));
    const response = await fetch(this.url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(authorization !== undefined && { authorization }),
        ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
      },
      ...(body !== undefined && { body }),
    });
    const answer = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(answer) : { answer },
    };
  }

  async login(username: string, password: string): Promise<Tokens> {
    const { status, body } = await this.call('/auth/login', { json: { username, password } });
    if (status !== 200) throw new Error(`login of ${username} answered ${status} ${JSON.stringify(body)}`);
    return body as unknown as Tokens;
  }

  /** What a confidential client gets for itself. */
  machineToken(clientId: string, secret: string): Promise<Answer> {
    const authorization = basic(clientId, secret);
    return this.callForm('/oauth/token', { grant_type: 'client_credentials' }, { authorization });
  }

  /** Sends a form, as clients do. */
  callForm(path: string, fields: Readonly<Record<string, string>>, call: Call = {}): Promise<Answer> {
    return this.call(path, {
      ...call,
      text: new URLSearchParams(fields).toString(),
      contentType: 'application/x-www-form-urlencoded',
    });
  }

  refresh(refreshToken: string): Promise<Answer> {
    return this.call('/auth/refresh', { json: { refresh_token: refreshToken } });
  }

  /** Ends the process, unless it has ended, in the way an operator would; answers what it ended with: an exit code or a signal. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    const { child } = this;
    if (child.signalCode === null && child.exitCode === null) {
      const ended = once(child, 'close');
      child.kill(signal);
      const giveUp = setTimeout(() => child.kill('SIGKILL'), 8_000);
      await ended;
      clearTimeout(giveUp);
    }
    return child.signalCode ?? child.exitCode;
  }
}
