import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { reap, temporaryFolder, unreap } from '../support/reaper.js';
import { until } from '../support/until.js';

export const root = join(__dirname, '../..');

/** A built script of an example, running as a process of its own. */
export class ExampleProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** Starts it on a free port, unless `PORT` says which, and waits until it listens. */
  static async start(script: string, env: Readonly<Record<string, string>> = {}): Promise<ExampleProcess> {
    const child = spawn(process.execPath, [join(root, 'examples/dist', `${script}.js`)], {
      // What an app makes by itself, a secret and keys, is made in the folder the process is in.
      cwd: temporaryFolder(),
      env: { PATH: process.env['PATH'], PORT: '0', ...env },
    });
    const { pid } = child;
    if (pid !== undefined) {
      reap(pid);
      child.once('exit', () => unreap(pid));
    }
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += String(chunk)));
    const portIn = (text: string): string | undefined => /listens on http:\S+:(\d+)/.exec(text)?.[1];
    await until(`${script} listens or ends`, () => child.exitCode !== null || portIn(output) !== undefined);
    const port = portIn(output);
    if (port === undefined) throw new Error(`${script} did not start:\n${output}`);
    return new ExampleProcess(child, Number(port));
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
