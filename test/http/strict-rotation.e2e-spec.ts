import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

describe.each(everywhere)('a reuse window of 0 on $platform and $medium', ({ platform, medium: kind }) => {
  let medium: TestMedium;
  let running: RunningApp;

  beforeAll(async () => {
    medium = await startMedium(kind);
    running = await startApp({
      platform,
      options: {
        throttler: false,
        sessions: { reuseWindow: 0 },
        ...(medium.redis && { redis: medium.redis }),
      },
    });
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  it('[04-2] makes refresh tokens strictly one-time: the second use ends the session and its access tokens', async () => {
    const client = new Client(running.url);
    const [first, bystander] = [await client.login(), await client.login()];
    const second = await client.refresh(first.refresh_token);
    expect(second.status).toBe(200);
    expect((await client.refresh(first.refresh_token)).status).toBe(400);
    expect((await client.get('/auth/me', second.body.access_token)).status).toBe(401);
    expect((await client.refresh(second.body.refresh_token)).status).toBe(400);
    // [04-7] another session of the same user survives
    expect((await client.get('/auth/me', bystander.access_token)).status).toBe(200);
  });
});
