import { Controller, Get, Post, Req } from '@nestjs/common';
import {
  CurrentUser,
  OptionalAuth,
  type Principal,
  Public,
  RequireFreshAuth,
  Roles,
  Scopes,
  TokenBlacklistService,
  TokenService,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type AppShape, type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import {
  BearerKeyScheme,
  Keys,
  KeyScheme,
  webhookSignature,
  WebhookScheme,
  keysModule,
} from './host-schemes.js';

@Controller()
class Routes {
  @Get('who')
  who(@CurrentUser() user: Principal): object {
    return { ...user };
  }

  @OptionalAuth()
  @Get('maybe')
  maybe(@CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null };
  }

  @Public()
  @Get('open')
  open(@CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null };
  }

  @Roles('robot')
  @Get('robots')
  robots(): object {
    return {};
  }

  @Scopes('read')
  @Get('read')
  read(): object {
    return {};
  }

  @RequireFreshAuth('5m')
  @Get('fresh')
  fresh(): object {
    return {};
  }

  @Post('hook')
  hook(@CurrentUser('subject') subject: string, @Req() { body }: { body: unknown }): object {
    return { subject, body };
  }
}

const robot = { subject: 'client:robot', tokenId: 'key-1' };

describe.each(everywhere)(
  '[11-F] credentials of a scheme on $platform and $medium',
  ({ platform, medium: kind }) => {
    let medium: TestMedium;
    let running: RunningApp;
    let client: Client;
    let keys: Keys;

    const start = (shape: AppShape = {}): Promise<RunningApp> =>
      startApp({
        platform,
        controllers: [Routes],
        imports: [keysModule],
        logger: false,
        ...shape,
        options: {
          throttler: false,
          rbac: { definition: { roles: { robot: {}, demo: {} } } },
          ...(medium.redis && { redis: medium.redis }),
          ...shape.options,
        },
        extras: {
          imports: [keysModule],
          credentialSchemes: [KeyScheme, WebhookScheme, BearerKeyScheme],
          ...shape.extras,
        },
        rawBody: true,
      });
    const ask = (path: string, headers: Record<string, string>, method = 'GET') =>
      client.send(method, path, { headers });
    const askWith = (key: string, path = '/who') => ask(path, { 'x-api-key': key });

    beforeAll(async () => {
      medium = await startMedium(kind);
      running = await start();
      client = new Client(running.url);
      keys = running.app.get(Keys, { strict: false });
    });
    afterAll(async () => {
      await running.close();
      await medium.stop();
    });

    it('makes a complete principal of what the scheme answers, that says which scheme it was', async () => {
      const before = Date.now();
      const { body } = await askWith(keys.add('k', { ...robot, claims: { team: 'core' } }));
      expect(body).toEqual({
        scheme: 'ApiKey',
        subject: 'client:robot',
        clientId: 'robot',
        tokenId: 'key-1',
        roles: [],
        claims: { team: 'core' },
        issuedAt: expect.any(Number) as number,
        expiresAt: 8.64e15,
      });
      expect(body['issuedAt']).toBeGreaterThanOrEqual(before);
      expect((await askWith(keys.add('u', { subject: 'ada', tokenId: '2' }))).body).toMatchObject({
        clientId: 'ada',
      });
    });

    it('leaves access tokens what they were', async () => {
      const { access_token: token } = await client.login();
      const { status, body } = await client.get('/who', token);
      expect([status, body['subject'], 'scheme' in body]).toEqual([200, 'user-demo', false]);
    });

    it('knows optional and public routes', async () => {
      const key = keys.add('k', robot);
      expect((await askWith(key, '/maybe')).body).toEqual({ subject: 'client:robot' });
      expect((await ask('/maybe', {})).body).toEqual({ subject: null });
      expect((await askWith('unknown', '/maybe')).body).toMatchObject({ code: 'invalid_token' });
      expect((await askWith(key, '/open')).body).toEqual({ subject: null });
      expect((await askWith('unknown', '/open')).status).toBe(200);
    });

    it('holds it to roles, scopes and freshness like any other principal', async () => {
      const plain = keys.add('plain', robot);
      const rights = { roles: ['robot'], scope: ['read'], authenticatedAt: undefined };
      const able = keys.add('able', { ...robot, ...rights });
      const statuses = async (key: string) =>
        Promise.all(
          ['/robots', '/read', '/fresh'].map(async (path) => (await askWith(key, path)).body['code'] ?? 200),
        );
      expect(await statuses(plain)).toEqual(['access_denied', 'insufficient_scope', 'fresh_auth_required']);
      expect(await statuses(able)).toEqual([200, 200, 'fresh_auth_required']);
      const user = keys.add('user', { subject: 'ada', tokenId: '3', authenticatedAt: Date.now() });
      expect((await askWith(user, '/fresh')).status).toBe(200);
    });

    it.each<[string, (token: string) => Record<string, string>, string?]>([
      ['a bearer token and a key', (token) => ({ authorization: `Bearer ${token}`, 'x-api-key': 'k' })],
      ['a bad bearer token and a key', () => ({ authorization: 'Bearer a.b.c', 'x-api-key': 'k' })],
      ['two keys', () => ({ authorization: 'ApiKey k', 'x-api-key': 'k' })],
      ['a key and a token in the query', () => ({ 'x-api-key': 'k' }), '/who?access_token=x'],
    ])('refuses %s with 400 before anything is verified', async (_name, headersOf, path = '/who') => {
      keys.add('k', robot);
      const { access_token: token } = await client.login();
      const asked = keys.asked;
      const answer = await ask(path, headersOf(token));
      expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_request']);
      expect(keys.asked).toBe(asked);
    });

    it('never tries the secret of one kind as another', async () => {
      const { access_token: token } = await client.login();
      keys.add('k', robot);
      expect((await askWith(token)).body).toMatchObject({ code: 'invalid_token' });
      expect((await client.get('/who', 'k')).body).toMatchObject({ code: 'invalid_token' });
      expect((await ask('/who', { authorization: 'Basic k' })).body).toMatchObject({
        code: 'unauthenticated',
      });
    });

    it('knows a bearer token by its form where a scheme does, once', async () => {
      const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
      expect((await ask('/who', bearer('sk_good'))).body).toMatchObject({
        subject: 'client:bearer',
        scheme: 'Key',
      });
      expect((await ask('/who', bearer('sk_bad'))).body).toMatchObject({ code: 'invalid_token' });
      expect((await ask('/who', { 'x-key': 'sk_good' })).status).toBe(200);
      const twice = { ...bearer('sk_good'), 'x-key': 'sk_good' };
      expect((await ask('/who', twice)).body).toMatchObject({ code: 'invalid_request' });
    });

    it('challenges for every scheme that can be asked for, the refused one first', async () => {
      const challenge = async (headers: Record<string, string>) =>
        (await ask('/who', headers)).headers.get('www-authenticate');
      expect(await challenge({})).toBe('Bearer realm="api", ApiKey realm="api"');
      expect(await challenge({ authorization: 'Bearer a.b.c' })).toMatch(
        /^Bearer realm="api", error="invalid_token", error_description="[^"]+", ApiKey realm="api"$/,
      );
      expect(await challenge({ 'x-api-key': 'unknown' })).toMatch(
        /^ApiKey realm="api", error="invalid_token", error_description="[^"]+", Bearer realm="api"$/,
      );
    });

    it('revokes one of them by its token id, as long as it lives, and no other', async () => {
      const blacklist = running.app.get(TokenBlacklistService);
      const mine = { subject: 'client:gone', tokenId: 'gone-1' };
      const key = keys.add('gone', mine);
      expect((await askWith(key)).status).toBe(200);
      await blacklist.revokeToken({ ...mine, expiresAt: 8.64e15 });
      expect((await askWith(key)).body).toMatchObject({ code: 'invalid_token' });
      expect((await askWith(keys.add('other', { ...mine, tokenId: 'gone-2' }))).status).toBe(200);
    });

    it('ends one that belongs to a session of the host, which nobody else knows', async () => {
      const key = keys.add('of-session', { subject: 'ada', tokenId: 'of-1', sessionId: 'of the host' });
      const { status, body } = await askWith(key);
      expect([status, body['sessionId']]).toEqual([200, 'of the host']);
      await running.app.get(TokenService).revoke(body as unknown as Principal);
      expect((await askWith(key)).body).toMatchObject({ code: 'invalid_token' });
    });

    it('verifies a signed body, as a machine', async () => {
      const body = '{ "paid":  true }';
      const send = (signature: string, text = body) =>
        client.send('POST', '/hook', {
          headers: { 'content-type': 'application/json', 'x-signature': signature },
          body: text,
        });
      expect((await send(webhookSignature(body))).body).toEqual({
        subject: 'client:payments',
        body: { paid: true },
      });
      expect((await send(webhookSignature(body), '{"paid":true}')).body).toMatchObject({
        code: 'invalid_token',
      });
      expect((await send('00')).body).toMatchObject({ code: 'invalid_token' });
    });

    it('counts each key under its own subject', async () => {
      const limited = await start({
        options: { throttler: { throttlers: [{ name: 'user', by: 'user', limit: 2, ttl: '60s' }] } },
      });
      const own = limited.app.get(Keys, { strict: false });
      for (const name of ['a', 'b']) own.add(name, { subject: `client:${kind}-${name}`, tokenId: name });
      const statuses = [];
      for (const key of ['a', 'a', 'a', 'b'])
        statuses.push(
          (await new Client(limited.url).send('GET', '/who', { headers: { 'x-api-key': key } })).status,
        );
      expect(statuses).toEqual([200, 200, 429, 200]);
      await limited.close();
    });
  },
);
