import { TokenBlacklistService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import { until } from '../support/until.js';
import { kinds } from '../sockets/kinds.js';
import { connectionsOf } from '../sockets/socket-server.js';
import { legacyOptions, oldTokens } from './old-tokens.js';

describe.each(kinds)('[11-E] legacy tokens of $name', ({ news, adapter, over, ended }) => {
  let medium: TestMedium;
  let running: RunningApp;

  beforeAll(async () => {
    medium = await startMedium('redis');
    running = await startApp({
      imports: [news({})],
      options: {
        throttler: false,
        authentication: { socketCheckInterval: '100ms' },
        legacy: legacyOptions(),
        redis: medium.redis!,
      },
      prepare: (app) => app.useWebSocketAdapter(adapter(app)),
    });
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  it('are let in, and their sockets closed when their user is logged out', async () => {
    const connection = over(running.url, { token: oldTokens.access('ada') });
    expect(await connection.begun).toBe('open');
    await until('it is watched', () => connectionsOf(running) === 1);
    await running.app.get(TokenBlacklistService).revokeSubject('ada');
    expect(await connection.ended).toEqual({ at: 'later', code: ended });
    connection.close();
  });
});

it('[11-E] legacy tokens are refused at once on an instance that answers from its own copy', async () => {
  const medium = await startMedium('redis');
  const start = () =>
    startApp({
      options: {
        throttler: false,
        tokenBlacklist: { maxStaleness: '1m' },
        legacy: legacyOptions(),
        redis: medium.redis!,
      },
    });
  const [one, other] = [await start(), await start()];
  const token = oldTokens.access('ada');
  const statusOf = async ({ url }: RunningApp): Promise<number> =>
    (await new Client(url).get('/auth/me', token)).status;
  expect([await statusOf(one), await statusOf(other)]).toEqual([200, 200]);
  await one.app.get(TokenBlacklistService).revokeSubject('ada');
  expect([await statusOf(one), await statusOf(other)]).toEqual([401, 401]);
  for (const { close } of [one, other]) await close();
  await medium.stop();
});
