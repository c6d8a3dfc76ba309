import { TokenService } from 'nestjs-gatehouse';
import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { startMedium, type TestMedium } from '../support/app/stores.js';
import { until } from '../support/until.js';
import type { Credentials } from './clients.js';
import { News, type SocketOptions } from './gateways.js';
import { kinds } from './kinds.js';
import { type Connection, connectionsOf, revocations } from './socket-server.js';

const places = [
  { platform: 'express', medium: 'memory' },
  { platform: 'express', medium: 'redis' },
  { platform: 'fastify', medium: 'memory' },
] as const;
const cases = kinds.flatMap((kind) => places.map((place) => ({ ...kind, ...place })));

describe.each(cases)('[10-5] $name on $platform and $medium', (place) => {
  const { news, adapter, over, ended, platform, medium: mediumKind } = place;
  let medium: TestMedium;
  let running: RunningApp;
  let other: RunningApp;
  let anonymous: RunningApp;
  let pair: TokenPair;
  const connections: Connection[] = [];

  const start = (options: SocketOptions): Promise<RunningApp> =>
    startApp({
      platform,
      imports: [news(options)],
      options: {
        throttler: false,
        authentication: { socketCheckInterval: '100ms' },
        ...(medium.redis && { redis: medium.redis }),
      },
      prepare: (app) => app.useWebSocketAdapter(adapter(app)),
    });
  const connect = ({ url }: RunningApp, credentials: Credentials): Connection => {
    const connection = over(url, credentials);
    connections.push(connection);
    return connection;
  };

  beforeAll(async () => {
    medium = await startMedium(mediumKind);
    [running, other, anonymous] = [await start({}), await start({}), await start({ anonymous: true })];
  });
  beforeEach(async () => {
    pair = await new Client(running.url).login();
  });
  afterAll(async () => {
    for (const connection of connections) connection.close();
    for (const app of [running, other, anonymous]) await app.close();
    await medium.stop();
  });

  it('lets a good token in, in its own place or in the header', async () => {
    for (const credentials of [{ token: pair.access_token }, { header: `Bearer ${pair.access_token}` }]) {
      const connection = connect(running, credentials);
      expect(await connection.begun).toBe('open');
      await until('the news are heard', () => {
        running.app.get(News).tell('news');
        return connection.heard.length > 0;
      });
      expect(JSON.stringify(connection.heard[0])).toContain('news');
      connection.close();
    }
  });

  it.each<[string, (token: string) => Credentials, string]>([
    ['no token', () => ({}), 'unauthenticated'],
    [
      'a token in the query',
      (token) => ({ query: `?token=${token}&access_token=${token}` }),
      'unauthenticated',
    ],
    ['rubbish', () => ({ token: 'a.b.c' }), 'invalid_token'],
    ['rubbish in the header', () => ({ header: 'Bearer a.b.c' }), 'invalid_token'],
    ['two tokens', (token) => ({ token, header: `Bearer ${token}` }), 'invalid_request'],
    ['two headers', (token) => ({ header: [`Bearer ${token}`, `Bearer ${token}`] }), 'invalid_request'],
    ['a second header', (token) => ({ header: [`Bearer ${token}`, 'Basic YTpi'] }), 'invalid_request'],
  ])('refuses at the handshake: %s', async (_name, credentials, code) => {
    const before = connectionsOf(running);
    const connection = connect(running, credentials(pair.access_token));
    expect(await connection.begun).toEqual({ at: 'handshake', code });
    expect(connection.heard).toEqual([]);
    expect(connectionsOf(running)).toBeLessThanOrEqual(before);
  });

  it('refuses a token that was revoked before', async () => {
    await new Client(running.url).post('/auth/logout', undefined, pair.access_token);
    expect(await connect(running, { token: pair.access_token }).begun).toEqual({
      at: 'handshake',
      code: 'invalid_token',
    });
  });

  it('lets nobody in particular in where the host says so, but no bad token', async () => {
    expect(await connect(anonymous, {}).begun).toBe('open');
    expect(await connect(anonymous, { token: 'a.b.c' }).begun).toMatchObject({ code: 'invalid_token' });
  });

  it.each(revocations)('closes a socket when somebody revokes %s', async (_name, revoke) => {
    const connection = connect(running, { token: pair.access_token });
    expect(await connection.begun).toBe('open');
    await revoke(running.app, pair);
    expect(await connection.ended).toEqual({ at: 'later', code: ended });
  });

  if (mediumKind === 'redis')
    it.each(revocations)('closes a socket when another instance revokes %s', async (_name, revoke) => {
      const connection = connect(running, { token: pair.access_token });
      expect(await connection.begun).toBe('open');
      await revoke(other.app, pair);
      expect(await connection.ended).toEqual({ at: 'later', code: ended });
    });

  it('keeps the sockets of others open', async () => {
    const spared = connect(running, { token: (await new Client(running.url).login('spared')).access_token });
    const connection = connect(running, { token: pair.access_token });
    expect([await spared.begun, await connection.begun]).toEqual(['open', 'open']);
    await running.app.get(TokenService).revoke(await running.app.get(TokenService).verify(pair.access_token));
    await connection.ended;
    await until('the other one hears the news', () => {
      running.app.get(News).tell('news');
      return spared.heard.length > 0;
    });
  });

  it('forgets a socket that is gone', async () => {
    const before = connectionsOf(running);
    const connection = connect(running, { token: pair.access_token });
    expect(await connection.begun).toBe('open');
    await until('it is watched', () => connectionsOf(running) === before + 1);
    connection.close();
    await until('it is forgotten', () => connectionsOf(running) <= before);
  });
});
