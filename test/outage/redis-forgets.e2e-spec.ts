import { expectProblem } from '../sample/problem.js';
import { SampleApp } from '../sample/sample-app.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';

describe('when Redis forgets', () => {
  let redis: StandaloneRedis;
  let app: SampleApp;

  beforeAll(async () => {
    redis = await startStandalone();
    app = await SampleApp.start({ REDIS_URL: redis.url });
  });
  afterAll(async () => {
    await app?.stop();
    await redis?.stop();
  });

  const login = () => app.login('demo', 'demo-password');
  const me = (token: string) => app.call('/me', { token });
  const logout = (token: string) => app.call('/auth/logout', { method: 'POST', token });
  const redisCommand = (name: string, ...args: string[]) => redis.nodes[0]?.command(name, ...args);

  it('its scripts: nobody notices', async () => {
    const { access_token, refresh_token } = await login();
    await redisCommand('script', 'flush');
    expect((await me(access_token)).status).toBe(200);
    expect((await app.refresh(refresh_token)).status).toBe(200);
    await redisCommand('script', 'flush');
    expect((await logout(access_token)).status).toBeLessThan(300);
    expectProblem(await me(access_token), 401, 'invalid_token');
  });

  it('everything: tokens from before are refused, and a new login works', async () => {
    const { access_token, refresh_token } = await login();
    await redisCommand('flushall');
    expectProblem(await me(access_token), 401, 'invalid_token');
    expectProblem(await app.refresh(refresh_token), 400, 'invalid_grant');
    expect((await me((await login()).access_token)).status).toBe(200);
  });

  it('[obligation 54] everything: what was logged out stays logged out', async () => {
    const { access_token, refresh_token } = await login();
    await logout(access_token);
    await redisCommand('flushall');
    await login();
    expectProblem(await me(access_token), 401, 'invalid_token');
    expectProblem(await app.refresh(refresh_token), 400, 'invalid_grant');
  });
});
