import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis, type RedisOptions } from 'ioredis';
import { until } from '../until.js';
import { freePort, LOOPBACK } from './free-port.js';
import { reap, temporaryFolder, unreap } from '../reaper.js';
import { redisBinary } from './redis-binary.js';

/** Lines of redis.conf: directive → value. */
export type RedisConfig = Readonly<Record<string, string>>;

const START_ATTEMPTS = 20;
const IS_UP = /Ready to accept connections|Sentinel ID is/;

/** What a server that isn't open to everybody asks for. */
export type RedisAccess = Pick<RedisOptions, 'password' | 'tls'>;

/** One redis-server process of ours on a loopback port. It keeps port and folder over {@link kill} and {@link restart}. */
export class RedisNode {
  readonly host = LOOPBACK;
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly flags: readonly string[],
    private readonly access: RedisAccess,
  ) {}

  /** Starts a server; `configure` gets the port that was found free, and the folder that is the server's own. */
  static async start(
    configure: (port: number, folder: string) => RedisConfig,
    flags: readonly string[] = [],
    access: RedisAccess = {},
  ): Promise<RedisNode> {
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const folder = mkdtempSync(join(temporaryFolder(), `${port}-`));
      const config = { bind: LOOPBACK, port: String(port), dir: folder, ...configure(port, folder) };
      const lines = Object.entries(config).map(([directive, value]) => `${directive} ${value}\n`);
      writeFileSync(join(folder, 'redis.conf'), lines.join(''));
      const node = new RedisNode(port, folder, flags, access);
      try {
        await node.launch();
        return node;
      } catch (error) {
        if (attempt === START_ATTEMPTS) throw error;
        await node.dispose();
      }
    }
  }

  /** `host:port`. */
  get address(): string {
    return `${this.host}:${this.port}`;
  }

  /** Ends the process with SIGKILL and waits until it is gone. */
  async kill(): Promise<void> {
    const server = this.process;
    if (server?.pid === undefined || hasEnded(server)) return;
    const exit = once(server, 'exit');
    server.kill('SIGKILL');
    await exit;
  }

  /** Stops the process where it stands (SIGSTOP): connections stay open, nothing answers. */
  async hang(): Promise<void> {
    this.process?.kill('SIGSTOP');
  }

  /** Lets a hung process go on (SIGCONT). */
  async resume(): Promise<void> {
    this.process?.kill('SIGCONT');
  }

  /** Kills the process if need be and starts it again on the same port and folder; without appendonly its data is lost. */
  async restart(): Promise<void> {
    await this.kill();
    await this.launch();
  }

  /** Kills the process and removes its folder. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Sends one command over a connection of its own (for set-up and for looking from outside). */
  async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    const client = new Redis(this.port, this.host, {
      ...this.access,
      lazyConnect: true,
      retryStrategy: () => null,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  private async launch(): Promise<void> {
    const logPath = join(this.folder, 'redis.log');
    const log = openSync(logPath, 'w');
    const server = spawn(redisBinary(), [join(this.folder, 'redis.conf'), ...this.flags], {
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.process = server;
    server.unref();
    const { pid } = server;
    if (pid === undefined) throw await once(server, 'error').then(([error]) => error as Error);
    reap(pid);
    server.once('exit', () => unreap(pid));
    await until(`redis-server is up on ${this.port}`, () => {
      return hasEnded(server) || IS_UP.test(readFileSync(logPath, 'utf8'));
    });
    if (hasEnded(server)) throw new Error(`redis-server ended:\n${readFileSync(logPath, 'utf8')}`);
  }
}

function hasEnded(server: ChildProcess): boolean {
  return server.exitCode !== null || server.signalCode !== null;
}
