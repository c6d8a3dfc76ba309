import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { SampleApp } from './sample-app.js';

const up = { store: 'up', keys: 'up', rbac: 'up', throttler: 'up' };

describe.each(['express', 'fastify'])('probes of the sample app (%s)', (PLATFORM) => {
  it('are answered from memory, without a token and without a limit', async () => {
    const app = await SampleApp.start({ PLATFORM, RATE_LIMIT: '1' });
    for (let call = 0; call < 5; call++) {
      const [live, ready] = await Promise.all([app.call('/health/live'), app.call('/health/ready')]);
      expect(live).toMatchObject({ status: 200, body: { status: 'up' } });
      expect(ready.status).toBe(200);
      expect(ready.body).toEqual({ status: 'up', components: up });
      for (const { headers } of [live, ready]) expect(headers.get('cache-control')).toBe('no-store');
    }
    await app.stop();
  });

  describe('with Redis', () => {
    let redis: StandaloneRedis;
    let app: SampleApp;

    beforeAll(async () => {
      redis = await startStandalone();
      app = await SampleApp.start({ PLATFORM, REDIS_URL: redis.url });
    });
    afterAll(async () => {
      await app.stop();
      await redis.stop();
    });

    const untilReady = (status: number): Promise<void> =>
      until(`ready answers ${status}`, async () => (await app.call('/health/ready')).status === status);

    it.each([
      { state: 'hangs', begin: 'hang', end: 'resume' },
      { state: 'is killed', begin: 'kill', end: 'restart' },
    ] as const)(
      '[obligation 61] the app is not ready while Redis $state, and alive',
      async ({ begin, end }) => {
        await untilReady(200);
        await redis[begin]();
        await untilReady(503);
        const { status, headers, body } = await app.call('/health/ready');
        expect({ status, body }).toEqual({
          status: 503,
          body: { status: 'down', components: { ...up, store: 'down', throttler: 'degraded' } },
        });
        expect(headers.get('retry-after')).toBe('5');
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('content-type')).toMatch(/^application\/json/);
        expect((await app.call('/health/live')).status).toBe(200);
        await redis[end]();
        await untilReady(200);
      },
    );
  });
});
