import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dismissReaper, temporaryFolder } from '../reaper.js';
import { SampleClient } from './sample-client.js';
import { SampleProcess } from './sample-process.js';

/** Instances of the sample app that share a signing key, a database and a Redis, as behind a load balancer. */
export class Deployment {
  private constructor(
    private readonly folder: string,
    private readonly processes: readonly SampleProcess[],
  ) {}

  static async start(
    redisUrl: string,
    instances = 1,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Deployment> {
    const folder = mkdtempSync(join(temporaryFolder(), 'sample-'));
    const keyFile = join(folder, 'key.pem');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    writeFileSync(keyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    const shared = {
      REDIS_URL: redisUrl,
      AUTH_PRIVATE_KEY_FILE: keyFile,
      DATABASE_URL: `file:${join(folder, 'sample.sqlite')}`,
      ...env,
    };
    const processes: SampleProcess[] = [];
    // One after the other: the first creates and seeds the database.
    for (let count = 0; count < instances; count++) processes.push(await SampleProcess.start(shared));
    return new Deployment(folder, processes);
  }

  /** A client of each instance. */
  get clients(): readonly [SampleClient, ...SampleClient[]] {
    const [first, ...others] = this.processes.map(({ url }) => new SampleClient(url));
    if (first === undefined) throw new Error('The deployment has no instance');
    return [first, ...others];
  }

  async stop(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.stop()));
    rmSync(this.folder, { recursive: true, force: true });
    dismissReaper();
  }
}
