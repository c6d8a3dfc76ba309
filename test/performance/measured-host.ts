import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Platform } from '../support/app/start-app.js';
import { reap, unreap } from '../support/reaper.js';

/** An app: without the library, or with it and revocations asked for each time, known for a while, or in memory. */
export type HostShape = 'bare' | 'strict' | 'bounded' | 'memory';

/** What one request needs of Redis. */
export interface StoreUse {
  /** Answers of Redis that it waits for, one after the other. */
  readonly waits: number;
  readonly commands: number;
  readonly scripts: number;
}

// Nothing may be collected while it is counted what is allocated.
const execArgv = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

/** An app in a process of its own, whose requests are measured. */
export class MeasuredHost {
  private constructor(private readonly child: ChildProcess) {}

  static async start(shape: HostShape, platform: Platform, redisUrl: string): Promise<MeasuredHost> {
    const child = fork(join(__dirname, 'measured-host.mjs'), [shape, platform, redisUrl], { execArgv });
    const { pid } = child;
    if (pid !== undefined) reap(pid);
    child.once('exit', () => pid !== undefined && unreap(pid));
    const host = new MeasuredHost(child);
    await host.answer();
    return host;
  }

  storeUse(name: string): Promise<StoreUse> {
    return this.ask({ what: 'store', name });
  }

  /** Bytes of the heap. @param times requests of a round, of each caller */
  bytes(name: string, times: number): Promise<number> {
    return this.ask({ what: 'bytes', name, times });
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  private ask<Answer>(question: object): Promise<Answer> {
    this.child.send(question);
    return this.answer();
  }

  private async answer<Answer>(): Promise<Answer> {
    const settled = new AbortController();
    const { signal } = settled;
    const ended = once(this.child, 'exit', { signal }).then(() => {
      throw new Error('the host has ended');
    });
    const answered = once(this.child, 'message', { signal });
    const [{ answer }] = (await Promise.race([answered, ended])) as [{ answer: Answer }];
    settled.abort();
    return answer;
  }
}
