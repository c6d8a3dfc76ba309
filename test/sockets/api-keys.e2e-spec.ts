import { ApiKeyService, TokenBlacklistService } from 'nestjs-gatehouse';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';
import { News } from './gateways.js';
import { kinds } from './kinds.js';
import { connectionsOf } from './socket-server.js';

const WANTED = { subject: 'ada', name: 'feed' };

describe.each(kinds.flatMap((kind) => platforms.map((platform) => ({ ...kind, platform }))))(
  '[11-F] API keys on $name on $platform',
  ({ news, adapter, over, ended, platform }) => {
    let running: RunningApp;
    let keys: ApiKeyService;

    beforeAll(async () => {
      running = await startApp({
        platform,
        imports: [news({})],
        // No round of checks comes while the tests run.
        options: { throttler: false, apiKeys: true, authentication: { socketCheckInterval: '10m' } },
        prepare: (app) => app.useWebSocketAdapter(adapter(app)),
      });
      keys = running.app.get(ApiKeyService);
    });
    afterAll(() => running.close());

    const connect = (key: string) => over(running.url, { header: `ApiKey ${key}` });

    it.each<[string, (keyId: string) => Promise<unknown>]>([
      ['by itself', (keyId) => keys.revoke(keyId)],
      ['with its subject', () => running.app.get(TokenBlacklistService).revokeSubject('ada')],
    ])('are heard until they are revoked %s, and no longer', async (_how, revoke) => {
      const { key, apiKey } = await keys.create(WANTED);
      const { key: spared } = await keys.create({ ...WANTED, subject: 'bob' });
      const [connection, other] = [connect(key), connect(spared)];
      expect([await connection.begun, await other.begun]).toEqual(['open', 'open']);
      await until('the news are heard', () => {
        running.app.get(News).tell('news');
        return connection.heard.length > 0;
      });
      await revoke(apiKey.id);
      expect(await connection.ended).toEqual({ at: 'later', code: ended });
      expect(await connect(key).begun).toEqual({ at: 'handshake', code: 'invalid_token' });
      expect(connectionsOf(running)).toBe(1);
      other.close();
      await until('it is forgotten', () => connectionsOf(running) === 0);
    });
  },
);
