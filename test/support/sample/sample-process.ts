import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { reap, unreap } from '../reaper.js';
import { until } from '../until.js';

const ENTRY = join(__dirname, '../../../dist/main.js');
const LISTENING = /listens on (http:\/\/\S+)/;

/** One process of the built sample app on a free port, configured by its environment as in production. */
export class SampleProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  /** Starts the app with this environment and nothing of ours; waits until it listens. */
  static async start(env: Readonly<Record<string, string>>): Promise<SampleProcess> {
    if (!existsSync(ENTRY)) throw new Error('The sample app is not built: npm run build');
    const child = spawn(process.execPath, [ENTRY], {
      env: { PATH: process.env['PATH'], PORT: '0', RATE_LIMIT: '100000', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    const { pid } = child;
    if (pid !== undefined) reap(pid);
    child.once('exit', () => pid !== undefined && unreap(pid));
    await until(
      'the sample app listens or ends',
      () => child.exitCode !== null || LISTENING.test(output),
      30_000,
    );
    const url = LISTENING.exec(output)?.[1];
    if (url === undefined) throw new Error(`The sample app ended at boot:\n${output}`);
    return new SampleProcess(child, url);
  }

  /** Ends the process as an orchestrator would: SIGTERM, and SIGKILL when it is still there after 5 s. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const impatience = setTimeout(() => this.child.kill('SIGKILL'), 5000);
    await exit;
    clearTimeout(impatience);
  }
}
