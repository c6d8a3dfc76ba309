import { AuthModule } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { requiredOptions, startApp } from '../support/app/start-app.js';
import { Warnings } from '../support/app/warnings.js';

describe('two apps in one process', () => {
  it('each accepts its own tokens and refuses those of the other', async () => {
    const [one, two] = await Promise.all([
      startApp({
        options: { issuer: 'https://one.test', keys: { secret: 'first: kX9vQ2mL7pR4tW8zB3nF6hJ1cD5gS0aY' } },
      }),
      startApp({
        platform: 'fastify',
        options: { issuer: 'https://two.test', keys: { secret: 'second: pR4tW8zB3nF6kX9vQ2mL7hJ1cD5gS0aY' } },
      }),
    ]);
    const clients = [new Client(one.url), new Client(two.url)];
    const pairs = await Promise.all(clients.map((client) => client.login()));
    const statuses = await Promise.all(
      clients.flatMap((client) =>
        pairs.map(async (pair) => (await client.get('/auth/me', pair.access_token)).status),
      ),
    );
    expect(statuses).toEqual([200, 401, 401, 200]);
    await Promise.all([one.close(), two.close()]);
  });
});

describe('two AuthModules in one app', () => {
  const again = AuthModule.forRoot({
    ...requiredOptions,
    endpoints: { auth: false, wellKnown: false },
  });

  it.each([
    [[], 0],
    [[again], 1],
  ])('are warned of, once', async (imports, count) => {
    const logger = new Warnings();
    const running = await startApp({ imports, logger });
    await running.close();
    expect(logger.lines.filter((line) => line.includes('2 times'))).toHaveLength(count);
  });
});
