import { SampleApp } from '../sample/sample-app.js';
import { startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { LONGEST_ANSWER_MS, median, USUAL_ANSWER_MS } from './unavailable.js';

const CALLERS = 20;

/** Callers that never pause; they note status and duration of each answer. */
class Load {
  readonly durationsMs: number[] = [];
  private readonly counts = new Map<number, number>();
  private isRunning = true;
  private readonly callers: Promise<void[]>;

  constructor(call: () => Promise<{ status: number }>) {
    this.callers = Promise.all(Array.from({ length: CALLERS }, () => this.callOnAndOn(call)));
  }

  /** How often this status was answered so far. */
  count(status: number): number {
    return this.counts.get(status) ?? 0;
  }

  /** Ends the load. @returns the statuses that were answered, in ascending order */
  async stop(): Promise<number[]> {
    this.isRunning = false;
    await this.callers;
    return [...this.counts.keys()].sort((a, b) => a - b);
  }

  private async callOnAndOn(call: () => Promise<{ status: number }>): Promise<void> {
    while (this.isRunning) {
      const startedAt = performance.now();
      const { status } = await call();
      this.durationsMs.push(performance.now() - startedAt);
      this.counts.set(status, this.count(status) + 1);
    }
  }
}

describe('under load', () => {
  it('[obligation 61] Redis may be killed and come back: 200 or 503, soon, and nothing else', async () => {
    const redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
    const app = await SampleApp.start({ REDIS_URL: redis.url, RATE_LIMIT: '1000000' });
    try {
      const { access_token: token } = await app.login('demo', 'demo-password');
      const load = new Load(() => app.call('/me', { token }));
      await until('the load runs', () => load.count(200) > 100);
      await redis.kill();
      await until('the outage is felt', () => load.count(503) > 200);
      await redis.restart();
      const before = load.count(200);
      await until('the calls are let in again', () => load.count(200) > before + 100);
      expect(await load.stop()).toEqual([200, 503]);
      expect(median(load.durationsMs)).toBeLessThan(USUAL_ANSWER_MS);
      expect(Math.max(...load.durationsMs)).toBeLessThan(LONGEST_ANSWER_MS);
    } finally {
      await app.stop();
      await redis.stop();
    }
  });
});
