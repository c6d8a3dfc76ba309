import { SessionService, TokenBlacklistService } from 'nestjs-gatehouse';
import {
  actingAs,
  ManualClock,
  mintToken,
  overrideAuth,
  withRedisDown,
  withRedisFlushed,
  withRedisReadOnly,
  withRedisSlow,
} from 'nestjs-gatehouse/testing';
import { Test } from '@nestjs/testing';
import type { Answer, TokenPair } from '../support/app/client.js';
import { type KitHost, startHost } from './kit-host.js';

const MINUTE_MS = 60_000;

describe.each([
  ['express', 'forRoot'],
  ['fastify', 'forRootAsync'],
] as const)('the test kit (%s, %s)', (platform, setUp) => {
  let host: KitHost;

  beforeAll(async () => {
    host = await startHost(platform, setUp);
  });
  afterAll(() => host.app.close());
  // What one test uses up is there again for the next.
  beforeEach(() => host.clock.advance(60 * MINUTE_MS));

  const login = (username = 'ada', password = 'correct horse'): Promise<Answer> =>
    host.http.post('/auth/login', { username, password });
  const tokensOf = ({ body }: Answer<object>): [string, string] => [
    (body as TokenPair).access_token,
    (body as TokenPair).refresh_token,
  ];
  const get = (path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    host.http.send('GET', path, { headers });
  const status = async (path: string, token: string): Promise<number> =>
    (await host.http.get(path, token)).status;

  describe('the users', () => {
    it('log in by their passwords, whatever the app asks otherwise', async () => {
      expect((await login()).status).toBe(200);
      expect((await login('ada', 'wrong')).status).toBe(401);
      expect((await login('nobody', 'wrong')).status).toBe(401);
      expect((await login('eve', 'battery staple')).status).toBe(401);
    });

    it('are changed, and what changed is known with the next refresh', async () => {
      const [, first] = tokensOf(await login());
      host.users.change('ada', { roles: ['reader'] });
      const [access, second] = tokensOf(await host.http.refresh(first));
      expect(await status('/edit', access)).toBe(403);
      host.users.change('ada', { disabled: true });
      expect((await host.http.refresh(second)).status).toBe(400);
      host.users.change('ada', { disabled: false, roles: ['editor'] });
    });

    it('are one of each name, and known by it', () => {
      expect(() => host.users.add({ username: 'ada' })).toThrow('there is a user ada already');
      expect(() => host.users.change('bob', {})).toThrow('there is no user bob');
    });
  });

  describe('a token of somebody', () => {
    it('is taken as any other', async () => {
      const headers = await actingAs(host.app, { subject: 'user-7', roles: ['editor'] });
      expect((await get('/edit', headers)).text).toBe('edited');
      expect((await get('/me', headers)).body).toMatchObject({
        subject: 'user-7',
        roles: ['editor'],
        clientId: 'first-party',
        hasSession: true,
      });
    });

    it('has what is asked for', async () => {
      const token = await mintToken(host.app, {
        subject: 'user-7',
        scope: ['library'],
        roles: ['reader'],
        client: 'spa',
        acr: 'gold',
        amr: ['pwd', 'otp'],
        claims: { tenant: 'acme' },
      });
      const { body } = await host.http.get('/me', token);
      expect(body).toMatchObject({ clientId: 'spa', acr: 'gold', amr: ['pwd', 'otp'], scope: ['library'] });
      expect(body).toMatchObject({ claims: { tenant: 'acme' } });
      expect(await status('/books', token)).toBe(200);
    });

    it('is refused with another scope', async () => {
      const token = await mintToken(host.app, { subject: 'user-7', roles: ['reader'], scope: ['other'] });
      expect((await host.http.get('/books', token)).body).toMatchObject({ code: 'insufficient_scope' });
    });

    it.each([
      ['expired', { expired: true }],
      ['for another audience', { audience: 'https://other.test' }],
      ['from another issuer', { issuer: 'https://other.test' }],
    ])('is refused when it is %s', async (_what, special) => {
      const token = await mintToken(host.app, { subject: 'user-7', ...special });
      expect((await host.http.get('/me', token)).body).toMatchObject({ status: 401, code: 'invalid_token' });
    });

    it.each([{}, { session: false }])('ends when its subject is revoked (%j)', async (how) => {
      const token = await mintToken(host.app, { subject: 'user-8', ...how });
      expect(await status('/me', token)).toBe(200);
      await host.app.get(TokenBlacklistService, { strict: false }).revokeSubject('user-8');
      expect(await status('/me', token)).toBe(401);
      expect(await status('/me', await mintToken(host.app, { subject: 'user-8', ...how }))).toBe(200);
    });

    it('has a session that is listed and ended, unless it is to have none', async () => {
      const sessions = host.app.get(SessionService, { strict: false });
      const token = await mintToken(host.app, { subject: 'user-9' });
      await mintToken(host.app, { subject: 'user-9', session: false });
      expect(await sessions.list('user-9')).toMatchObject([{ device: { label: 'a test' } }]);
      expect((await host.http.post('/auth/logout', undefined, token)).status).toBe(204);
      expect(await status('/me', token)).toBe(401);
    });

    it('is of a login some time ago', async () => {
      const authTime = new Date(host.clock.now() - 6 * MINUTE_MS);
      expect(await status('/vault', await mintToken(host.app, { subject: 'user-7', authTime }))).toBe(401);
      expect(await status('/vault', await mintToken(host.app, { subject: 'user-7' }))).toBe(200);
    });

    it('lives as long as it is said to', async () => {
      const token = await mintToken(host.app, { subject: 'user-7', ttl: '2m' });
      host.clock.advance(MINUTE_MS);
      expect(await status('/me', token)).toBe(200);
      host.clock.advance(2 * MINUTE_MS);
      expect(await status('/me', token)).toBe(401);
    });

    it('is that of a machine, too', async () => {
      const { body } = await host.http.get('/me', await mintToken(host.app, { subject: 'client:ci' }));
      expect(body).toMatchObject({ subject: 'client:ci', clientId: 'ci', hasSession: false });
    });

    it.each([
      [{ subject: '' }, 'needs a subject'],
      [
        { subject: 'a', roles: ['editor', 'edtor'] },
        'knows no role edtor, and would ignore it; its roles are editor, reader',
      ],
      [{ subject: 'a', claims: { sub: 'b' } }, 'the claim sub is the library'],
      [{ subject: 'a', ttl: '2d' as const }, 'of 900s at most (accessTokens.maxTtl)'],
      [{ subject: 'a', expires: 1 }, 'expires is not an option'],
      [{ subject: 'a', scope: 'one' as never }, '`scope` must be a list'],
    ])('is not made of %j', async (wrong, why) => {
      await expect(mintToken(host.app, wrong)).rejects.toThrow(why);
      await expect(mintToken(host.app, wrong)).rejects.toThrow(TypeError);
    });
  });

  describe('the clock', () => {
    it('moves access tokens, refresh tokens and sessions', async () => {
      const [access, refresh] = tokensOf(await login());
      host.clock.advance(16 * MINUTE_MS);
      expect(await status('/me', access)).toBe(401);
      const [next, unused] = tokensOf(await host.http.refresh(refresh));
      expect(await status('/me', next)).toBe(200);
      host.clock.advance(400 * 24 * 60 * MINUTE_MS);
      expect((await host.http.refresh(unused)).status).toBe(400);
    });

    it('moves limits', async () => {
      const wrong = async (): Promise<number> => (await login('mallory', 'wrong')).status;
      const statuses: number[] = [];
      while (!statuses.includes(429) && statuses.length < 30) statuses.push(await wrong());
      expect(statuses.at(-1)).toBe(429);
      host.clock.advance(24 * 60 * MINUTE_MS);
      expect(await wrong()).toBe(401);
    });

    it('moves API keys', async () => {
      const { key } = await host.keys.create({ subject: 'user-1', name: 'CI', ttl: '1h' });
      const headers = { authorization: `ApiKey ${key}` };
      expect((await get('/me', headers)).status).toBe(200);
      host.clock.advance(61 * MINUTE_MS);
      expect((await get('/me', headers)).status).toBe(401);
    });
  });

  describe('Redis', () => {
    const healthOf = async (): Promise<unknown> => (await get('/health')).body;

    it('is down as long as the work takes, even when that throws', async () => {
      const headers = await actingAs(host.app, { subject: 'user-1' });
      const work = withRedisDown(host.app, async () => {
        const answer = await get('/me', headers);
        expect(answer.body).toMatchObject({ status: 503, code: 'store_unavailable' });
        expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
        expect(await healthOf()).toMatchObject({
          status: 'down',
          components: { store: { status: 'down', medium: 'redis' }, throttler: { status: 'degraded' } },
        });
        throw new Error('enough');
      });
      await expect(work).rejects.toThrow('enough');
      expect((await get('/me', headers)).status).toBe(200);
      expect(await healthOf()).toMatchObject({ status: 'up', components: { store: { medium: 'redis' } } });
    });

    it('does too late what it is asked, when it is slow', async () => {
      const [, refresh] = tokensOf(await login());
      const before = host.clock.now();
      const { status: refused } = await withRedisSlow(host.app, () => host.http.refresh(refresh));
      expect(refused).toBe(503);
      expect(host.clock.now()).toBeGreaterThanOrEqual(before + 200);
      // It was carried out by then: the client that asks again gets what it missed.
      const again = await host.http.refresh(refresh);
      expect(again.status).toBe(200);
    });

    it('answers what only reads, when it is read-only', async () => {
      const headers = await actingAs(host.app, { subject: 'user-1' });
      await withRedisReadOnly(host.app, async () => {
        expect((await get('/me', headers)).status).toBe(200);
        expect((await login()).status).toBe(503);
        expect(await healthOf()).toMatchObject({ status: 'degraded' });
      });
    });

    it('has forgotten everything, when it is flushed', async () => {
      const [access, refresh] = tokensOf(await login());
      const { key } = await host.keys.create({ subject: 'user-1', name: 'CI' });
      await withRedisFlushed(host.app, async () => {
        expect(await status('/me', access)).toBe(401);
        expect((await host.http.refresh(refresh)).status).toBe(400);
        expect((await get('/me', { authorization: `ApiKey ${key}` })).status).toBe(401);
        const [fresh] = tokensOf(await login());
        expect(await status('/me', fresh)).toBe(200);
      });
      expect(await status('/me', access)).toBe(401);
    });

    it('has one thing wrong with it at a time', async () => {
      const twice = withRedisDown(host.app, () => withRedisSlow(host.app, () => undefined));
      await expect(twice).rejects.toThrow('Redis is down already');
    });
  });
});

describe('the test kit', () => {
  it('says what it needs', async () => {
    expect(() => overrideAuth({} as never)).toThrow('before compile()');
    const builder = Test.createTestingModule({});
    expect(() => overrideAuth(builder, { clock: { now: () => 0 } as never })).toThrow('a ManualClock');
    const app = await builder.compile();
    await expect(withRedisDown(app, () => undefined)).rejects.toThrow('found no AuthModule.forRoot()');
    await expect(mintToken(app, { subject: 'a' })).rejects.toThrow('found no AuthModule.forRoot()');
    await expect(actingAs(undefined as never, { subject: 'a' })).rejects.toThrow('actingAs() needs the app');
    expect(new ManualClock().now()).toBe(Date.UTC(2026, 0, 1));
  });
});
