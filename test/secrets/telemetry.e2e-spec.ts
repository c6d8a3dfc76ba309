import { randomBytes } from 'node:crypto';
import { ApiKeyService } from 'nestjs-gatehouse';
import { AuthTelemetryModule } from 'nestjs-gatehouse/otel';
import { Client } from '../support/app/client.js';
import { startApp } from '../support/app/start-app.js';
import { startStandalone } from '../support/redis/index.js';
import { Telemetry } from '../support/telemetry.js';
import { Exposure } from './exposure.js';

const secret = randomBytes(32).toString('base64');
const shared = randomBytes(32).toString('base64');
const redisPassword = 'the.password.of.redis-7Xq2';

describe('[15] no secret appears in telemetry', () => {
  it('whatever is logged in with, refreshed, refused', async () => {
    const server = await startStandalone({ config: { requirepass: redisPassword } });
    const telemetry = Telemetry.start();
    const running = await startApp({
      logger: false,
      options: {
        secret,
        keys: { secret: shared },
        redis: server.url.replace('//', `//:${redisPassword}@`),
        apiKeys: true,
      },
      imports: [{ module: AuthTelemetryModule }],
    });
    const http = new Client(running.url);
    try {
      const first = await http.login();
      const { body: second } = await http.refresh(first.refresh_token);
      await http.get('/auth/me', second.access_token);
      // Where somebody puts a secret into the wrong field.
      for (const body of [
        { username: 'demo-password', password: second.access_token },
        { username: 'demo', password: 'x', client_id: secret },
      ])
        await http.post('/auth/login', body);
      await http.refresh(second.access_token);
      await http.get('/auth/me', second.refresh_token);
      const { key } = await running.app.get(ApiKeyService).create({ subject: 'user-demo', name: 'CI' });
      await http.send('GET', '/auth/me', { headers: { authorization: `ApiKey ${key}` } });
      const exposure = new Exposure({
        'the lasting secret': secret,
        'the shared secret': shared,
        'password of Redis': redisPassword,
        'password of a user': 'demo-password',
        'access token': first.access_token,
        'next access token': second.access_token,
        'refresh token': first.refresh_token,
        'next refresh token': second.refresh_token,
        'API key': key.split('_').at(-1)!,
      });
      exposure.lookAt(JSON.stringify(await telemetry.collect()), 'metrics');
      for (const { name, attributes, events, status } of telemetry.spans)
        exposure.lookAt(JSON.stringify([name, attributes, events, status]), 'spans');
      exposure.walk(running.app.get(AuthTelemetryModule), 'module');
      expect([...exposure.found]).toEqual([]);
      expect(telemetry.spans).toHaveLength(5);
      expect(exposure.characters).toBeGreaterThan(10_000);
    } finally {
      await running.close();
      await telemetry.stop();
      await server.stop();
    }
  });
});
