import { SampleApp } from '../sample/sample-app.js';
import { startCluster, startSentinel, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { expectUnavailable } from './unavailable.js';

const SHUTDOWN_LIMIT_MS = 5000;
const json = { username: 'demo', password: 'demo-password' };

const topologies = [
  { topology: 'stand-alone Redis', startRedis: startStandalone },
  { topology: 'a Cluster', startRedis: startCluster },
  { topology: 'Sentinel', startRedis: startSentinel },
];

describe.each(topologies)('$topology that is not there yet', ({ startRedis }) => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let app: SampleApp;

  beforeAll(async () => {
    redis = await startRedis();
    await redis.kill();
    app = await SampleApp.start({ REDIS_URL: redis.url });
  });
  afterAll(async () => {
    await app?.stop();
    await redis?.stop();
  });

  it('[obligation 61] the app starts, and refuses logins with 503', async () => {
    await expectUnavailable(() => app.call('/auth/login', { json }));
    expect((await app.call('/articles')).status).toBe(200);
  });

  it('logins work as soon as it is there, without a restart', async () => {
    await redis.restart();
    await until('a login works', async () => (await app.call('/auth/login', { json })).status === 200);
  });
});

describe('a shutdown while Redis is away', () => {
  it.each([
    { state: 'killed', begin: 'kill' as const },
    { state: 'hung', begin: 'hang' as const },
  ])('does not wait for a Redis that is $state', async ({ begin }) => {
    const redis = await startStandalone();
    const app = await SampleApp.start({ REDIS_URL: redis.url });
    try {
      await app.login(json.username, json.password);
      await redis[begin]();
      const startedAt = performance.now();
      const ending = await app.stop();
      expect(ending).not.toBe('SIGKILL');
      expect(performance.now() - startedAt).toBeLessThan(SHUTDOWN_LIMIT_MS);
    } finally {
      await redis.stop();
    }
  });
});
