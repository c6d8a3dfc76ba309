import { BadGatewayException, ForbiddenException, UnauthorizedException } from '@nestjs/common';
import type { AuthModuleExtras } from 'nestjs-gatehouse';
import { Keys, KeyScheme, keysModule } from '../authentication/host-schemes.js';
import { Client, firstCookieOf } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';
import type { Credentials } from './clients.js';
import { News, type SocketOptions } from './gateways.js';
import { kinds } from './kinds.js';
import { type Connection, connectionsOf } from './socket-server.js';

const robot = { subject: 'client:robot', tokenId: 'key-1' };

describe.each(kinds.flatMap((kind) => platforms.map((platform) => ({ ...kind, platform }))))(
  '[11-F] $name on $platform with other credentials than tokens in hand',
  ({ news, adapter, over, ended, platform }) => {
    let running: RunningApp;
    let anonymous: RunningApp;
    let keys: Keys;
    let cookie: string;
    const connections: Connection[] = [];

    const start = (options: SocketOptions, extras: AuthModuleExtras): Promise<RunningApp> =>
      startApp({
        platform,
        imports: [news(options), keysModule],
        options: { throttler: false, authentication: { socketCheckInterval: '100ms', accessCookie: true } },
        extras: { imports: [keysModule], ...extras },
        prepare: (app) => app.useWebSocketAdapter(adapter(app)),
      });
    const connect = (credentials: Credentials, to = running): Connection => {
      const connection = over(to.url, credentials);
      connections.push(connection);
      return connection;
    };
    const origin = (): string => new URL(running.url).origin;
    const tokenOf = (text: string): string => text.slice(text.indexOf('=') + 1);

    beforeAll(async () => {
      running = await start({}, { credentialSchemes: [KeyScheme] });
      anonymous = await start({ anonymous: true }, { credentialSchemes: [KeyScheme] });
      keys = running.app.get(Keys, { strict: false });
    });
    beforeEach(async () => {
      const login = await new Client(running.url).post('/auth/login', {
        username: 'demo',
        password: 'demo-password',
      });
      cookie = firstCookieOf(login);
    });
    afterAll(async () => {
      for (const connection of connections) connection.close();
      await running.close();
      await anonymous.close();
    });

    it('lets a key in, in its own place or in a header, and serves it', async () => {
      const key = keys.add('good', robot);
      for (const credentials of [{ key }, { header: `ApiKey ${key}` }, { headers: { 'x-api-key': key } }]) {
        const connection = connect(credentials);
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
      ['an unknown key', () => ({ key: 'unknown' }), 'invalid_token'],
      ['a key and a token', (token) => ({ key: 'good', token }), 'invalid_request'],
      [
        'a key and a token in the header',
        (token) => ({ key: 'good', header: `Bearer ${token}` }),
        'invalid_request',
      ],
      ['a key in two places', () => ({ key: 'good', headers: { 'x-api-key': 'good' } }), 'invalid_request'],
      [
        'a key and a token in the query',
        () => ({ key: 'good', query: '?access_token=x' }),
        'invalid_request',
      ],
      ['a token for a key', (token) => ({ key: token }), 'invalid_token'],
      ['a key for a token', () => ({ token: 'good' }), 'invalid_token'],
    ])('refuses at the handshake: %s', async (_name, credentials, code) => {
      keys.add('good', robot);
      const connection = connect(credentials(tokenOf(cookie)));
      expect(await connection.begun).toEqual({ at: 'handshake', code });
    });

    it.each<[string, Error, string]>([
      ['401', new UnauthorizedException('gone'), 'invalid_token'],
      ['403', new ForbiddenException('blocked'), 'access_denied'],
      ['502', new BadGatewayException('away'), 'store_unavailable'],
      [
        'an error without a status of Nest',
        Object.assign(new Error('away'), { status: 403 }),
        'store_unavailable',
      ],
    ])('refuses a handshake in the words of the scheme: %s', async (_name, error, code) => {
      const key = keys.add('worded', () => Promise.reject(error));
      expect(await connect({ key }).begun).toEqual({ at: 'handshake', code });
    });

    it('closes the sockets of a key that its scheme forbids in the words of Nest', async () => {
      const key = keys.add('blocked', { ...robot, tokenId: 'blocked' });
      const connection = connect({ key });
      expect(await connection.begun).toBe('open');
      keys.add(key, () => Promise.reject(new ForbiddenException('blocked')));
      const code = ended.replace('invalid_token', 'access_denied');
      expect(await connection.ended).toEqual({ at: 'later', code });
    });

    it('closes the sockets of a key that is withdrawn, and of no other', async () => {
      const [gone, spared] = [keys.add('gone', { ...robot, tokenId: 'gone' }), keys.add('spared', robot)];
      const [connection, other] = [connect({ key: gone }), connect({ key: spared })];
      expect([await connection.begun, await other.begun]).toEqual(['open', 'open']);
      const before = connectionsOf(running);
      keys.known.delete(gone);
      expect(await connection.ended).toEqual({ at: 'later', code: ended });
      await until('it is forgotten', () => connectionsOf(running) === before - 1);
      other.close();
    });

    it('closes the socket of a key when that expires', async () => {
      const expiresAt = Date.now() + 500;
      const connection = connect({ key: keys.add('short', { ...robot, tokenId: 'short', expiresAt }) });
      expect(await connection.begun).toBe('open');
      expect(await connection.ended).toEqual({ at: 'later', code: ended });
      expect(Date.now()).toBeGreaterThanOrEqual(expiresAt);
    });

    it('keeps sockets over an outage of what knows the keys', async () => {
      let asked = 0;
      const key = keys.add('shaky', { ...robot, tokenId: 'shaky' });
      const connection = connect({ key });
      expect(await connection.begun).toBe('open');
      const outages = [new Error('ECONNREFUSED'), new BadGatewayException('away')];
      keys.add(key, () => {
        asked += 1;
        throw outages[asked % 2]!;
      });
      await until('it was asked some times', () => asked > 2);
      keys.add(key, { ...robot, tokenId: 'shaky' });
      await until('the news are heard', () => {
        running.app.get(News).tell('news');
        return connection.heard.length > 0;
      });
      connection.close();
    });

    it('lets the access cookie in for pages of this host, and closes with its session', async () => {
      const connection = connect({ headers: { cookie, origin: origin() } });
      expect(await connection.begun).toBe('open');
      await until('the news are heard', () => {
        running.app.get(News).tell('news');
        return connection.heard.length > 0;
      });
      await new Client(running.url).send('POST', '/auth/logout', { headers: { cookie } });
      expect(await connection.ended).toEqual({ at: 'later', code: ended });
      expect(await connect({ headers: { cookie, origin: origin() } }).begun).toEqual({
        at: 'handshake',
        code: 'invalid_token',
      });
    });

    it.each([
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
    ])('hijacks no cookie for another site: %j', async (headers) => {
      const refused = { at: 'handshake', code: 'cross_site_request' };
      expect(await connect({ headers: { cookie, ...headers } }).begun).toEqual(refused);
      expect(await connect({ headers: { cookie, ...headers } }, anonymous).begun).toEqual(refused);
      // What was shown on purpose goes before it, and no site can show it for another.
      expect(await connect({ token: tokenOf(cookie), headers: { cookie, ...headers } }).begun).toBe('open');
    });

    it('lets anonymous sockets be anonymous with a cookie that is no longer good', async () => {
      const stale = { cookie: '__Host-access_token=a.b.c' };
      expect(await connect({ headers: stale }, anonymous).begun).toBe('open');
      expect(await connect({ headers: stale }).begun).toEqual({ at: 'handshake', code: 'invalid_token' });
    });
  },
);
