import { TokenBlacklistService } from 'nestjs-gatehouse';
import type { Connection } from '../sockets/socket-server.js';
import { kinds } from '../sockets/kinds.js';
import { AUDIENCE, platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import type { IdentityProvider } from '../support/tokens/identity-provider.js';
import { accessToken, PATH, send, startIssuer } from './logout-service.js';

describe.each(kinds.flatMap((kind) => platforms.map((platform) => ({ ...kind, platform }))))(
  '[11-D] $name on $platform with tokens of another issuer',
  ({ news, adapter, over, ended, platform }) => {
    let store: TestMedium;
    let idp: IdentityProvider;
    let here: RunningApp;
    let there: RunningApp;
    const connections: Connection[] = [];

    const start = (): Promise<RunningApp> =>
      startApp({
        platform,
        imports: [news({})],
        options: {
          issuer: idp.issuer,
          audience: AUDIENCE,
          keys: { remote: { jwksUri: idp.jwksUri } },
          accessTokens: { foreign: { logoutAudience: ['spa'] } },
          authentication: { socketCheckInterval: '100ms' },
          throttler: false,
          ...(store.redis !== undefined && { redis: store.redis }),
        },
        extras: { endpoints: { auth: false, wellKnown: false, backChannelLogout: PATH } },
        prepare: (app) => app.useWebSocketAdapter(adapter(app)),
      });

    async function connect(claims: object): Promise<Connection> {
      const connection = over(here.url, { token: accessToken(idp, claims) });
      connections.push(connection);
      expect(await connection.begun).toBe('open');
      return connection;
    }

    beforeAll(async () => {
      store = await startMedium('redis');
      idp = await startIssuer();
      [here, there] = [await start(), await start()];
    });

    afterAll(async () => {
      for (const connection of connections) connection.close();
      await Promise.all([here.close(), there.close()]);
      await store.stop();
    });

    it.each<[string, object, () => Promise<unknown>]>([
      ['the issuer tells of its session', { sid: 'mine' }, () => logout({ sid: 'mine' })],
      ['the issuer tells of its subject', { sub: 'eve', sid: 'x' }, () => logout({ sub: 'eve' })],
      [
        'the access tokens of its subject expire',
        { sub: 'zoe' },
        () => blacklist().expireAccessTokens('zoe'),
      ],
    ])('is closed when %s, on whichever instance, and no other is', async (_when, claims, end) => {
      const [mine, other] = [await connect(claims), await connect({ sub: 'bob', sid: 'other' })];
      let isOtherClosed = false;
      void other.ended.then(() => (isOtherClosed = true));
      await end();
      expect(await mine.ended).toEqual({ at: 'later', code: ended });
      expect(isOtherClosed).toBe(false);
      other.close();
    });

    const blacklist = () => there.app.get(TokenBlacklistService);

    async function logout(named: object): Promise<void> {
      expect((await send(there.url, idp.logoutToken(named))).status).toBe(200);
    }
  },
);
