import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { expectProblem } from './problem.js';
import { SampleApp, scratchDirectory } from './sample-app.js';

const LIMIT = 100;

describe('the rate limit of two instances with one Redis', () => {
  let redis: StandaloneRedis;
  let apps: SampleApp[];

  beforeAll(async () => {
    redis = await startStandalone();
    // On a machine this busy Redis may be slow, and this is not about what happens then.
    const env = {
      REDIS_URL: redis.url,
      REDIS_DEADLINE: '30s',
      RATE_LIMIT: String(LIMIT),
      RATE_WINDOW: '60s',
    };
    // One folder, and with it one secret.
    const cwd = scratchDirectory();
    apps = await Promise.all([
      SampleApp.start(env, cwd),
      SampleApp.start({ ...env, PLATFORM: 'fastify' }, cwd),
    ]);
  });

  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
  });

  it('law (a): of 1,000 concurrent requests exactly the limit is admitted', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => apps[index % apps.length]!.call('/articles')),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
    expect(refused).toHaveLength(1000 - LIMIT);
    expectProblem(refused[0]!, 429, 'quota_exceeded');
    for (const { headers } of refused) expect(headers.get('retry-after')).toMatch(/^[1-9]\d?$/);
  });
});
