import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.mjs';

const BOOT_TIMEOUT_MS = 60_000;
const NPM_FLAGS = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];

/** An application outside this repository that has nothing of us but the tarball and the documents. */
export class Consumer {
  constructor(name, folder) {
    this.name = name;
    this.folder = join(folder, name);
  }

  /** What is there before anybody has heard of us, and then `packages`; our name stands for the tarball. */
  async install(tarball, packages) {
    await cp(join(import.meta.dirname, this.name), this.folder, { recursive: true });
    // It has another name in the repository, where editors and linters would take it for ours.
    const starter = join(this.folder, 'starter.tsconfig.json');
    if (existsSync(starter)) await rename(starter, join(this.folder, 'tsconfig.json'));
    const proof = join(this.folder, 'proof');
    if (existsSync(proof)) await cp(join(import.meta.dirname, 'surface.ts'), join(proof, 'surface.ts'));
    await this.add(tarball, packages);
  }

  /** What the reader of a further page installs. */
  add(tarball, packages) {
    const given = packages.map((name) => (name === 'nestjs-gatehouse' ? tarball : name));
    return runCommand('npm', ['install', ...NPM_FLAGS, ...given], { cwd: this.folder });
  }

  write(path, text) {
    const file = join(this.folder, path);
    return mkdir(dirname(file), { recursive: true }).then(() => writeFile(file, text));
  }

  /** Runs a command of the app's own dependencies. */
  run(command, ...args) {
    return runCommand(join(this.folder, 'node_modules/.bin', command), args, { cwd: this.folder });
  }

  /** Runs a script of the app; options of Node stand in front. */
  node(...args) {
    return runCommand(process.execPath, args, { cwd: this.folder });
  }

  /** Compiles with the app's own compiler. */
  compile(project, ...options) {
    return this.run('tsc', '-p', project, ...options);
  }

  /** Compiles, and must fail with nothing but one kind of mistake. */
  async refusesToCompile(project, code, ...options) {
    const output = await this.compile(project, ...options).then(
      () => assert.fail(`${project} ${options.join(' ')} compiles: the documents say it doesn't`),
      (error) => error.message,
    );
    const codes = [...output.matchAll(/error (TS\d+)/g)].map(([, found]) => found);
    assert.deepEqual([...new Set(codes)], [code], output);
  }

  /** Takes passport away, which `@nestjs/passport` needs as well; the app must be told of this one and no other. */
  async missesPassport() {
    await rm(join(this.folder, 'node_modules/passport'), { recursive: true });
    const output = await this.node('dist/main.js').then(
      () => assert.fail('it starts without passport'),
      (error) => error.message,
    );
    assert.match(output, /Error: AuthModule needs passport: run `npm install passport`/);
  }

  /** The operators' command that npm put on the consumer's path. */
  async makeKey() {
    const output = await this.run('gatehouse-keys', 'generate', '--alg', 'ES256');
    if (!output.includes('BEGIN PRIVATE KEY')) throw new Error(`not a key:\n${output}`);
  }

  /**
   * @param command what stands behind `node`
   * @returns the running process, the URL that `findUrl` made of its output, and all that it has said by now
   */
  async boot(command, environment, findUrl) {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, command.split(' '), {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH, HOME, ...environment },
    });
    let output = '';
    const url = await new Promise((resolve, reject) => {
      const fail = (why) => {
        child.kill('SIGKILL');
        reject(new Error(`${why}\n${output}`));
      };
      const timer = setTimeout(() => fail('not listening in time'), BOOT_TIMEOUT_MS);
      child.once('exit', (code) => fail(`ended with ${code} at boot`));
      const read = (chunk) => {
        output += chunk;
        const found = findUrl(output);
        if (found === undefined) return;
        clearTimeout(timer);
        resolve(found);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
    });
    return { child, url, said: () => output };
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
