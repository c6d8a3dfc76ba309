import { TokenBlacklistService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { legacyOptions, oldTokens } from './old-tokens.js';

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
const cases = platforms.flatMap((platform) => outages.map((outage) => ({ platform, ...outage })));

describe.each(cases)(
  '[11-E] legacy tokens while Redis is $outage ($platform)',
  ({ platform, begin, end }) => {
    let redis: StandaloneRedis;
    let running: RunningApp;
    let client: Client;

    beforeAll(async () => {
      redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
      running = await startApp({
        platform,
        options: { throttler: false, redis: { url: redis.url }, legacy: legacyOptions() },
      });
      client = new Client(running.url);
    });
    afterAll(async () => {
      await running.close();
      await redis.stop();
    });

    it('are neither let in nor refused, and good again afterwards', async () => {
      const [access, refresh, ended] = [
        oldTokens.access('ada'),
        oldTokens.refresh('ada'),
        oldTokens.refresh('eve'),
      ];
      await running.app.get(TokenBlacklistService).revokeSubject('eve');
      await begin(redis);
      for (let call = 0; call < 3; call++) {
        const answers = await Promise.all([
          client.get('/auth/me', access),
          client.refresh(refresh),
          client.refresh(ended),
          client.post('/auth/logout', { refresh_token: oldTokens.refresh('joe') }),
        ]);
        expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
      }
      await end(redis);
      await until('Redis is back', async () => (await client.get('/auth/me', access)).status === 200);
      const [first, again] = [await client.refresh(refresh), await client.refresh(refresh)];
      expect([first.status, again.body.refresh_token]).toEqual([200, first.body.refresh_token]);
      expect((await client.refresh(ended)).status).toBe(400);
    });
  },
);
