import { platforms } from '../support/app/start-app.js';
import { type CodeStand, startCodeStand } from '../support/oauth2/code-stand.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { until } from '../support/until.js';

describe.each(platforms)('[16.5.2] while Redis is away, on %s', (platform) => {
  let redis: StandaloneRedis;
  let stand: CodeStand;

  beforeAll(async () => {
    redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
    stand = await startCodeStand({
      platform,
      medium: 'memory',
      logger: false,
      options: { redis: { url: redis.url, deadline: '5s' } },
    });
  });
  afterAll(async () => {
    await stand.stop();
    await redis.stop();
  });

  it('[6749-5] a code is 503, and as good as before afterwards; so is what its second use ends', async () => {
    const { form } = await stand.issue({ ttlMs: 600_000 });
    const used = await stand.issue({ ttlMs: 600_000 });
    const first = await stand.redeem(used.form);
    await redis.kill();
    for (const each of [form, { ...form, code_verifier: 'wrong' }, used.form]) {
      const answer = await stand.redeem(each);
      expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    await redis.restart();
    await until('Redis is there again', async () => (await stand.open({})).refreshToken !== '');
    expect((await stand.redeem(form)).status).toBe(200);
    expect((await stand.other.get('/auth/me', String(first.body['access_token']))).status).toBe(200);
    expect((await stand.redeem(used.form)).status).toBe(400);
    expect(await stand.lives(first)).toEqual({ access: 401, refresh: 400 });
  });
});
