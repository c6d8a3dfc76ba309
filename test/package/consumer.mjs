import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command.mjs';

const BOOT_TIMEOUT_MS = 30_000;

/** An application outside this repository that has nothing of us but the tarball. */
export class Consumer {
  constructor(root, name, folder) {
    this.root = root;
    this.name = name;
    this.folder = join(folder, name);
  }

  async install(tarball) {
    await cp(join(import.meta.dirname, this.name), this.folder, { recursive: true });
    const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
    await runCommand('npm', ['install', ...flags, tarball], { cwd: this.folder });
  }

  async compile() {
    await runCommand(process.execPath, [
      join(this.root, 'node_modules/typescript/bin/tsc'),
      '-p',
      this.folder,
    ]);
  }

  /** The operators' command that npm put on the consumer's path. */
  async makeKey() {
    const command = join(this.folder, 'node_modules/.bin/gatehouse-keys');
    const output = await runCommand(command, ['generate', '--alg', 'ES256'], { cwd: this.folder });
    if (!output.includes('BEGIN PRIVATE KEY')) throw new Error(`not a key:\n${output}`);
  }

  /** @returns the running process and the URL it printed */
  async boot() {
    const child = spawn(process.execPath, ['dist/main.js'], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: process.env.HOME },
    });
    let output = '';
    const url = await new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not listening in time\n${output}`)), BOOT_TIMEOUT_MS);
      const read = (chunk) => {
        output += chunk;
        const found = /listening at (\S+)/.exec(output);
        if (found) resolve(found[1]);
        if (found) clearTimeout(timer);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('exit', (code) => reject(new Error(`ended with ${code} at boot\n${output}`)));
    });
    return { child, url };
  }

  /** Asks the process to end and waits for it. */
  async shutDown({ child }) {
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    const [code, signal] = await exit;
    clearTimeout(timer);
    // Nest sends itself the signal again once its hooks have run.
    if (code !== 0 && signal !== 'SIGTERM') throw new Error(`shutdown ended with ${code ?? signal}`);
  }
}
