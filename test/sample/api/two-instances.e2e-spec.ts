import { type StandaloneRedis, startStandalone } from '../../support/redis/index.js';
import { PLATFORMS } from '../platforms.js';
import { expectProblem } from '../problem.js';
import { SampleApp, scratchDirectory, type Tokens } from '../sample-app.js';
import { describeBadInput } from './bad-input.cases.js';
import { describeLoginToLogout, REUSE_WINDOW } from './login-to-logout.cases.js';

describe('two instances with one Redis', () => {
  let redis: StandaloneRedis;
  let apps: readonly [SampleApp, SampleApp];

  beforeAll(async () => {
    redis = await startStandalone();
    const shared = {
      REDIS_URL: redis.url,
      DATABASE_URL: `file:${scratchDirectory()}/shared.sqlite`,
      REUSE_WINDOW,
    };
    const cwd = scratchDirectory();
    const start = (PLATFORM: string) => SampleApp.start({ PLATFORM, ...shared }, cwd);
    // At the same moment: they make the same secret and the same tables.
    apps = await Promise.all([start('express'), start('fastify')]);
  });
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    await redis.stop();
  });

  const login = (): Promise<Tokens> => apps[0].login('demo', 'demo-password');
  const statusOf = async (app: SampleApp, token: string) => (await app.call('/me', { token })).status;

  it('one accepts the tokens of the other', async () => {
    const { access_token, refresh_token } = await login();
    expect(await statusOf(apps[1], access_token)).toBe(200);
    expect((await apps[1].refresh(refresh_token)).status).toBe(200);
  });

  it('a logout on one is refused by the other at once', async () => {
    const tokens = await login();
    expect(await statusOf(apps[1], tokens.access_token)).toBe(200);
    await apps[0].call('/auth/logout', { method: 'POST', token: tokens.access_token });
    expectProblem(await apps[1].call('/me', { token: tokens.access_token }), 401, 'invalid_token');
    expectProblem(await apps[1].refresh(tokens.refresh_token), 400, 'invalid_grant');
  });

  it('50 parallel refreshes of one token give one successor and log nobody out', async () => {
    const { refresh_token } = await login();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => apps[index % 2 ? 1 : 0].refresh(refresh_token)),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const successors = new Set(answers.map(({ body }) => String(body['refresh_token'])));
    expect(successors.size).toBe(1);
    expect(successors).not.toContain(refresh_token);
    const statuses = await Promise.all(
      answers.map(({ body }, index) => statusOf(apps[index % 2 ? 0 : 1], String(body['access_token']))),
    );
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await apps[1].refresh([...successors][0] ?? '')).status).toBe(200);
  });

  describe.each(PLATFORMS.map((platform, at) => ({ platform, at })))(
    'the one on $platform',
    ({ platform, at }) => {
      const started = () => apps[at]!;
      describeLoginToLogout(started);
      describeBadInput(platform, started);
    },
  );
});
