import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { RefreshOutcome, OpenedSession } from '../../../libs/auth/src/sessions/refresh-outcome.js';
import type { RevocableToken } from '../../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { reap, unreap } from '../reaper.js';

/** What an instance can be told to do; `at` is the instant (epoch ms) to begin. */
export type InstanceCommand = { readonly at?: number } & (
  | { readonly verb: 'login'; readonly subject: string }
  | { readonly verb: 'refresh'; readonly token: string; readonly count: number }
  | { readonly verb: 'revokeSession'; readonly sessionId: string }
  | { readonly verb: 'revokeSubject'; readonly subject: string }
  | { readonly verb: 'isRevoked'; readonly token: RevocableToken }
);

export type InstanceReply = OpenedSession | RefreshOutcome[] | boolean | void;

interface Waiting {
  done(reply: never): void;
  fail(error: Error): void;
}

/** An application instance in a process of its own, reduced to its session services. */
export class SessionInstance {
  private readonly waiting = new Map<number, Waiting>();
  private serial = 0;

  private constructor(private readonly process: ChildProcess) {
    process.on('message', ({ id, reply, error }: { id: number; reply: never; error?: string }) => {
      const waiting = this.waiting.get(id);
      this.waiting.delete(id);
      if (error === undefined) waiting?.done(reply);
      else waiting?.fail(new Error(error));
    });
  }

  /** Starts an instance on the Redis at `url`; instances with one prefix and secret share their sessions. */
  static async start(url: string, prefix: string, secret: string): Promise<SessionInstance> {
    const loader = join(__dirname, 'typescript-loader.mjs');
    const child = fork(join(__dirname, 'session-instance.ts'), [url, prefix, secret], {
      execArgv: ['--import', loader],
    });
    if (child.pid !== undefined) reap(child.pid);
    await once(child, 'message');
    return new SessionInstance(child);
  }

  login(subject: string): Promise<OpenedSession> {
    return this.send({ verb: 'login', subject });
  }

  /** So many simultaneous refreshes with one token. */
  refresh(token: string, count: number, at = 0): Promise<RefreshOutcome[]> {
    return this.send({ verb: 'refresh', token, count, at });
  }

  revokeSession(sessionId: string, at = 0): Promise<void> {
    return this.send({ verb: 'revokeSession', sessionId, at });
  }

  revokeSubject(subject: string, at = 0): Promise<void> {
    return this.send({ verb: 'revokeSubject', subject, at });
  }

  isRevoked(token: RevocableToken): Promise<boolean> {
    return this.send({ verb: 'isRevoked', token });
  }

  async stop(): Promise<void> {
    const exit = once(this.process, 'exit');
    this.process.disconnect();
    await exit;
    if (this.process.pid !== undefined) unreap(this.process.pid);
  }

  private send<Reply>(command: InstanceCommand): Promise<Reply> {
    return new Promise((done, fail) => {
      const id = ++this.serial;
      this.waiting.set(id, { done, fail });
      this.process.send({ id, command });
    });
  }
}
