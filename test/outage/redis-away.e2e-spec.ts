import { SampleApp, type Tokens } from '../sample/sample-app.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { expectUnavailable, median, persist, USUAL_ANSWER_MS } from './unavailable.js';

const outages = [
  {
    outage: 'killed',
    begin: (redis: StandaloneRedis) => redis.kill(),
    end: (redis: StandaloneRedis) => redis.restart(),
  },
  {
    outage: 'hung',
    begin: (redis: StandaloneRedis) => redis.hang(),
    end: (redis: StandaloneRedis) => redis.resume(),
  },
];
const cases = ['express', 'fastify'].flatMap((PLATFORM) =>
  outages.map((outage) => ({ PLATFORM, ...outage })),
);

describe.each(cases)('while Redis is $outage ($PLATFORM)', ({ PLATFORM, begin, end }) => {
  let redis: StandaloneRedis;
  let app: SampleApp;
  let tokens: Tokens;

  const me = () => app.call('/me', { token: tokens.access_token });

  beforeAll(async () => {
    redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
    app = await SampleApp.start({ PLATFORM, REDIS_URL: redis.url });
    tokens = await app.login('demo', 'demo-password');
    expect((await me()).status).toBe(200);
    await begin(redis);
  });
  afterAll(async () => {
    await app?.stop();
    await redis?.stop();
  });

  it('[obligation 61] a protected route answers 503, from the first call on', async () => {
    const durationsMs: number[] = [];
    for (let call = 0; call < 10; call++) durationsMs.push(await expectUnavailable(me));
    expect(median(durationsMs)).toBeLessThan(USUAL_ANSWER_MS);
  });

  it('[obligation 61] 50 calls at once are all answered 503', async () => {
    await Promise.all(Array.from({ length: 50 }, () => expectUnavailable(me)));
  });

  it('login and refresh answer 503: nothing is minted, nothing burnt', async () => {
    const json = { username: 'demo', password: 'demo-password' };
    await expectUnavailable(() => app.call('/auth/login', { json }));
    await expectUnavailable(() => app.refresh(tokens.refresh_token));
  });

  it('[7009-20] a logout that could not be stored is not confirmed', async () => {
    const token = tokens.access_token;
    await expectUnavailable(() => app.call('/auth/logout', { method: 'POST', token }));
  });

  it('a public route answers as ever', async () => {
    expect((await app.call('/articles')).status).toBe(200);
  });

  it('recovers by itself, with the sessions it had', async () => {
    await end(redis);
    expect((await persist(me)).status).toBe(200);
    const { status, body } = await persist(() => app.refresh(tokens.refresh_token));
    expect(status).toBe(200);
    const token = String(body['access_token']);
    expect((await persist(() => app.call('/me', { token }))).status).toBe(200);
  });
});
