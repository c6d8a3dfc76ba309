import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { kinds } from './kinds.js';
import { connectionsOf, type Connection } from './socket-server.js';

describe.each(kinds)('[10-5] $name while Redis is away', ({ news, adapter, over, unchecked }) => {
  let redis: StandaloneRedis;
  let running: RunningApp;
  let pair: TokenPair;
  const connections: Connection[] = [];

  beforeEach(async () => {
    redis = await startStandalone();
    running = await startApp({
      imports: [news({})],
      logger: { log: () => {}, warn: () => {}, error: () => {} },
      options: {
        throttler: false,
        authentication: { socketCheckInterval: '100ms' },
        redis: { url: redis.url, deadline: '5s' },
      },
      prepare: (app) => app.useWebSocketAdapter(adapter(app)),
    });
    pair = await new Client(running.url).login();
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) connection.close();
    await running.close();
    await redis.stop();
  });

  const connect = (): Connection => {
    const connection = over(running.url, { token: pair.access_token });
    connections.push(connection);
    return connection;
  };

  it('closes a socket that could not be checked for twelve rounds, as one that may come again', async () => {
    const connection = connect();
    expect(await connection.begun).toBe('open');
    await redis.kill();
    expect(await connection.ended).toEqual({ at: 'later', code: unchecked });
    expect(connectionsOf(running)).toBe(0);
  });

  it('lets nobody in, and says that it is not the token', async () => {
    await redis.kill();
    expect(await connect().begun).toEqual({ at: 'handshake', code: 'store_unavailable' });
    expect(connectionsOf(running)).toBe(0);
  });
});
