import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { PLATFORMS } from './platforms.js';
import { SampleApp, scratchDirectory } from './sample-app.js';

const up = { store: 'up', keys: 'up', rbac: 'up', throttler: 'up' };

describe('probes of the sample app', () => {
  let redis: StandaloneRedis;
  let apps: readonly SampleApp[];

  beforeAll(async () => {
    redis = await startStandalone();
    // One folder, and with it one secret.
    const [cwd, env] = [scratchDirectory(), { REDIS_URL: redis.url, RATE_LIMIT: '1' }];
    apps = await Promise.all(PLATFORMS.map((PLATFORM) => SampleApp.start({ PLATFORM, ...env }, cwd)));
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
  });

  const untilReady = (status: number) =>
    Promise.all(
      apps.map((app) =>
        until(
          `${app.url} answers ${status}`,
          async () => (await app.call('/health/ready')).status === status,
        ),
      ),
    );

  it.each(PLATFORMS)(
    'are answered from memory, without a token and without a limit (%s)',
    async (platform) => {
      const app = apps[PLATFORMS.indexOf(platform)]!;
      for (let call = 0; call < 5; call++) {
        const [live, ready] = await Promise.all([app.call('/health/live'), app.call('/health/ready')]);
        expect(live).toMatchObject({ status: 200, body: { status: 'up' } });
        expect(ready.status).toBe(200);
        expect(ready.body).toEqual({ status: 'up', components: up });
        for (const { headers } of [live, ready]) expect(headers.get('cache-control')).toBe('no-store');
      }
    },
  );

  it.each([
    { state: 'hangs', begin: 'hang', end: 'resume' },
    { state: 'is killed', begin: 'kill', end: 'restart' },
  ] as const)(
    '[obligation 61] the app is not ready while Redis $state, and alive, on both platforms',
    async ({ begin, end }) => {
      await untilReady(200);
      await redis[begin]();
      await untilReady(503);
      for (const app of apps) {
        const { status, headers, body } = await app.call('/health/ready');
        expect({ status, body }).toEqual({
          status: 503,
          body: { status: 'down', components: { ...up, store: 'down', throttler: 'degraded' } },
        });
        expect(headers.get('retry-after')).toBe('5');
        expect(headers.get('cache-control')).toBe('no-store');
        expect(headers.get('content-type')).toMatch(/^application\/json/);
        expect((await app.call('/health/live')).status).toBe(200);
      }
      await redis[end]();
      await untilReady(200);
    },
  );
});
