import { platforms } from '../support/app/start-app.js';
import { DeviceAuthorizationService } from 'nestjs-gatehouse';
import { ada, begin, service, TestInteraction, webClient } from '../support/oauth2/authorizations.js';
import { DEVICE_CODE } from '../support/oauth2/device-stand.js';
import { EXCHANGE } from '../support/oauth2/exchange-stand.js';
import { basic } from '../support/oauth2/oauth-caller.js';
import {
  type GrantsStand,
  appSecret,
  confidentialClient,
  publicClient,
  startGrantsStand,
} from '../support/oauth2/grants-stand.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { until } from '../support/until.js';

describe.each(platforms)('[7009-20] [16.5.2] while Redis is away, on %s', (platform) => {
  let redis: StandaloneRedis;
  let stand: GrantsStand;

  beforeAll(async () => {
    redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
    stand = await startGrantsStand({
      platform,
      medium: 'memory',
      logger: false,
      clients: [
        { ...confidentialClient, grants: [...confidentialClient.grants, EXCHANGE, DEVICE_CODE] },
        publicClient,
        webClient,
      ],
      oauth: {
        dangerouslyAllowPasswordGrant: true,
        tokenExchange: true,
        deviceAuthorization: { verificationUri: '/device' },
        interaction: TestInteraction,
      },
      // Strictly one-time: a token that an error used up would be reuse at the next try.
      options: { redis: { url: redis.url, deadline: '5s' }, sessions: { reuseWindow: 0 } },
    });
  });
  const comeBack = async (): Promise<void> => {
    await redis.restart();
    await until('Redis is there again', async () => (await stand.open({})).refreshToken !== '');
  };
  afterEach(comeBack);
  afterAll(async () => {
    await stand.stop();
    await redis.stop();
  });

  const header = basic(confidentialClient.id, appSecret.secret);
  const send = (form: Readonly<Record<string, string>>) => stand.one.token(form, { header });

  it('[6749-8] a password opens no session', async () => {
    await redis.kill();
    const form = { grant_type: 'password', username: 'ada', password: 'ada-password' };
    expect(await send(form)).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    await comeBack();
    expect((await send(form)).status).toBe(200);
  });

  it('[6749-7] an answer to an authorization request is 503, and good afterwards', async () => {
    const { handle, browser } = await begin(stand.one);
    await redis.kill();
    // What waits is in no store.
    expect((await begin(stand.one)).answer.status).toBe(303);
    const away = { code: 'store_unavailable', statusCode: 503 };
    await expect(service(stand.app).read(handle, browser)).rejects.toMatchObject(away);
    await expect(service(stand.app).approve(handle, browser, ada())).rejects.toMatchObject(away);
    await expect(service(stand.app).deny(handle, browser)).rejects.toMatchObject(away);
    await comeBack();
    expect(await service(stand.app).approve(handle, browser, ada())).toContain('code=');
  });

  it('a refresh is 503, and its token as good as before afterwards', async () => {
    const { refreshToken } = await stand.open({});
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
    await redis.kill();
    for (let attempt = 0; attempt < 3; attempt++) {
      const answer = await send(form);
      expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    }
    await comeBack();
    expect((await send(form)).status).toBe(200);
  });

  it('[8693] nothing is exchanged', async () => {
    const { accessToken } = await stand.open({});
    const type = 'urn:ietf:params:oauth:token-type:access_token';
    const form = { grant_type: EXCHANGE, subject_token: accessToken, subject_token_type: type };
    await redis.kill();
    expect(await send(form)).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    await comeBack();
    expect((await send(form)).status).toBe(200);
  });

  it('[8628] devices wait, and their codes are as good as before afterwards', async () => {
    const page = stand.app.app.get(DeviceAuthorizationService);
    const ask = () => stand.one.form('/oauth/device_authorization', {}, { header });
    const { body } = await ask();
    const form = { grant_type: DEVICE_CODE, device_code: String(body['device_code']) };
    const approve = () =>
      page.approve(
        String(body['user_code']),
        { ip: '192.0.2.1' },
        { user: { subject: 'user-ada' }, authenticatedAt: Date.now() },
      );
    await redis.kill();
    await expect(approve()).rejects.toMatchObject({ code: 'store_unavailable' });
    expect((await ask()).status).toBe(503);
    await comeBack();
    await approve();
    await redis.kill();
    expect(await send(form)).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    await comeBack();
    expect((await send(form)).status).toBe(200);
  });
});
