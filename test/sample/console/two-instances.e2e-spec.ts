import { type StandaloneRedis, startStandalone } from '../../support/redis/index.js';
import { until } from '../../support/until.js';
import { SampleApp, scratchDirectory } from '../sample-app.js';
import { ConsoleVisitor } from './console-visitor.js';

const LIMIT = 40;

describe('the console of two instances with one Redis', () => {
  let redis: StandaloneRedis;
  let apps: readonly [SampleApp, SampleApp];

  beforeAll(async () => {
    redis = await startStandalone();
    const cwd = scratchDirectory();
    const start = (PLATFORM: string, RATE_LIMIT: number) =>
      SampleApp.start({ PLATFORM, RATE_LIMIT: String(RATE_LIMIT), REDIS_URL: redis.url }, cwd);
    apps = await Promise.all([start('express', LIMIT), start('fastify', 100_000)]);
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
  });

  it('shows and ends at one what was begun at the other, and releases there whom that refuses', async () => {
    const [limited, other] = apps;
    const { access_token: token } = await limited.login('demo', 'demo-password');
    const admin = await ConsoleVisitor.loggedIn(other, 'admin', 'admin-password');
    const [session = ''] = await admin.sessionsOf('demo');
    await admin.send('/sessions/end', { session, user: 'demo' });
    expect((await limited.call('/me', { token })).status).toBe(401);
    expect(await admin.sessionsOf('demo')).toEqual([]);

    const statuses = await Promise.all(
      Array.from({ length: LIMIT + 1 }, async () => (await limited.call('/articles')).status),
    );
    expect(statuses).toContain(429);
    expect((await new ConsoleVisitor(limited).open()).title).toBe('Too many attempts - Articles');
    await admin.send('/limits/release', { client: '127.0.0.1' });
    await until(
      'the other instance has noticed',
      async () => (await limited.call('/articles')).status === 200,
    );
  });

  it('knows at either who is logged in', async () => {
    const [one, other] = apps;
    const admin = await ConsoleVisitor.loggedIn(one, 'admin', 'admin-password');
    const elsewhere = new ConsoleVisitor(other);
    for (const [name, value] of admin.browser.cookies) elsewhere.browser.cookies.set(name, value);
    expect((await elsewhere.open('/keys')).title).toBe('Keys - Articles');
    expect((await elsewhere.send('/limits/forgive', { user: 'demo' })).status).toBe(303);
  });

  it('can be looked at while Redis is away', async () => {
    const [, app] = apps;
    const admin = await ConsoleVisitor.loggedIn(app, 'admin', 'admin-password');
    await redis.kill();
    await until(
      'it is noticed',
      async () => (await admin.open('/health')).title === 'Health: down - Articles',
    );
    const titles = await Promise.all(
      ['', '/access', '/keys', '/events', '/sessions'].map(async (path) => (await admin.open(path)).status),
    );
    expect(titles).toEqual([200, 200, 200, 200, 200]);
    expect(await admin.open('/sessions/of?user=demo')).toMatchObject({
      status: 503,
      title: 'Not available at the moment - Articles',
    });
  });
});
