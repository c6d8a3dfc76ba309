import type { Type } from '@nestjs/common';
import { type Platform, type RunningApp, startModule } from '../../support/app/start-app.js';
import { until } from '../../support/until.js';

interface Instance {
  readonly app: RunningApp;
  underWay: number;
}

/** Instances behind a round robin. One that is replaced gets no further requests, and ends when its last one is answered. */
export class RoundRobin {
  private readonly instances: Instance[] = [];
  private turn = 0;

  constructor(private readonly platform: Platform) {}

  /** Adds an instance of a release, and takes the oldest one out if told so. */
  async deploy(release: Type<unknown>, { replacing = true } = {}): Promise<void> {
    const app = await startModule(release, { platform: this.platform });
    this.instances.push({ app, underWay: 0 });
    if (replacing) await this.retire(this.instances.shift());
  }

  /** Takes the latest instance out, and one of an earlier release in. */
  async rollBack(release: Type<unknown>): Promise<void> {
    const latest = this.instances.pop();
    const app = await startModule(release, { platform: this.platform });
    this.instances.unshift({ app, underWay: 0 });
    await this.retire(latest);
  }

  async send(path: string, init: RequestInit): Promise<{ readonly status: number; readonly body: unknown }> {
    const instance = this.instances[this.turn++ % this.instances.length]!;
    instance.underWay += 1;
    try {
      const response = await fetch(instance.app.url + path, init);
      return { status: response.status, body: await response.json() };
    } finally {
      instance.underWay -= 1;
    }
  }

  async close(): Promise<void> {
    for (const { app } of this.instances.splice(0)) await app.close();
  }

  private async retire(instance: Instance | undefined): Promise<void> {
    if (instance === undefined) return;
    await until('it has answered its last request', () => instance.underWay === 0);
    await instance.app.close();
  }
}
