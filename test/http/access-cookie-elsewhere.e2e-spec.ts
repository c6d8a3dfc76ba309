import { All, Controller, Get, type INestApplication, Req } from '@nestjs/common';
import { type AuthenticationOptions, CurrentUser, OptionalAuth } from 'nestjs-gatehouse';
import { type Answer, Client } from '../support/app/client.js';
import { type AppShape, platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { given, HostLoginsModule, pairOf } from './host-logins.js';

@Controller()
class Routes {
  @All('any')
  any(@CurrentUser('subject') subject: string, @Req() { method }: { method: string }): object {
    return { subject, method };
  }

  @OptionalAuth()
  @Get('maybe')
  maybe(@CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null };
  }
}

const credentials = { username: 'demo', password: 'demo-password' };
const elsewhere = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };
const keptOf = ({ headers }: Answer): string => headers.getSetCookie().map(pairOf).join('; ');

describe.each(platforms)('[11-F] the access cookie and what hosts do on %s', (platform) => {
  const apps: RunningApp[] = [];
  const start = async (authentication: AuthenticationOptions, shape: AppShape = {}): Promise<Client> => {
    const options = { throttler: false as const, authentication, ...shape.options };
    const running = await startApp({ platform, controllers: [Routes], ...shape, options });
    apps.push(running);
    return new Client(running.url);
  };
  afterAll(() => Promise.all(apps.map((running) => running.close())));

  it('a login that the host completes writes both cookies and no token, and ends what the browser had', async () => {
    const client = await start(
      { accessCookie: true, refreshCookie: true },
      {
        imports: [{ module: HostLoginsModule }],
        prepare: (app) => app.setGlobalPrefix('api'),
      },
    );
    given.user = { subject: 'ada' };
    const login = await client.post('/api/passkeys/login');
    expect(login.body).toEqual({ token_type: 'Bearer', expires_in: 900 });
    expect(login.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Secure-refresh_token=ghr_[^;]+; Max-Age=\d+; Path=\/api\/auth; HttpOnly/),
      expect.stringMatching(
        /^__Host-access_token=[^;]+; Max-Age=900; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
    // Elsewhere a browser sends the access cookie alone.
    const [, first] = login.headers.getSetCookie().map(pairOf) as [string, string];
    expect((await client.send('GET', '/api/any', { headers: { cookie: first } })).status).toBe(200);
    const callback = await client.send('GET', '/api/social/callback', {
      headers: { cookie: first, ...elsewhere },
    });
    expect([callback.status, callback.headers.getSetCookie().length]).toEqual([303, 2]);
    expect((await client.send('GET', '/api/any', { headers: { cookie: first } })).status).toBe(401);
    const refused = await client.send('POST', '/api/passkeys/login', { headers: elsewhere });
    expect([refused.status, refused.headers.getSetCookie()]).toEqual([403, []]);
  });

  it('what a method really is decides, whatever a header says of it', async () => {
    const override = (app: INestApplication) =>
      app.use((request: { method: string; headers: Record<string, string> }, _: object, next: () => void) => {
        request.method = request.headers['x-http-method'] ?? request.method;
        next();
      });
    const client = await start({ accessCookie: true }, platform === 'express' ? { prepare: override } : {});
    const cookie = keptOf(await client.post('/auth/login', credentials));
    const send = (method: string, headers: Record<string, string>) =>
      client.send(method, '/any', { headers: { cookie, ...headers } });
    for (const method of ['GET', 'HEAD', 'OPTIONS'])
      expect([method, (await send(method, elsewhere)).status]).toEqual([method, 200]);
    for (const method of ['POST', 'DELETE', 'PUT', 'PATCH'])
      expect([method, (await send(method, elsewhere)).status]).toEqual([method, 403]);
    // A header that nobody has read changes nothing, and what a middleware of the host makes of it counts.
    const pretending = { ...elsewhere, 'x-http-method-override': 'GET', 'x-method-override': 'GET' };
    expect((await send('POST', pretending)).status).toBe(403);
    if (platform === 'express')
      expect((await send('GET', { ...elsewhere, 'x-http-method': 'DELETE' })).status).toBe(403);
  });

  it('is of one app: that of another one on the same host is none, and names keep them apart', async () => {
    const secret = 'pR4tW8zB3nF6kX9vQ2mL7hJ1cD5gS0aY';
    const other = { keys: { secret }, issuer: 'https://other.test' };
    const [one, two] = [
      await start({ accessCookie: true }),
      await start({ accessCookie: true }, { options: { ...other, authentication: { accessCookie: true } } }),
    ];
    const cookie = keptOf(await one.post('/auth/login', credentials));
    expect((await two.send('GET', '/any', { headers: { cookie } })).body).toMatchObject({
      code: 'invalid_token',
    });
    expect((await two.send('GET', '/maybe', { headers: { cookie } })).body).toEqual({ subject: null });
    // A logout there ends nothing here.
    await two.send('POST', '/auth/logout', { headers: { cookie } });
    expect((await one.send('GET', '/any', { headers: { cookie } })).status).toBe(200);
    const three = await start({ accessCookie: { name: '__Host-three' } });
    const both = `${cookie}; ${keptOf(await three.post('/auth/login', credentials))}`;
    for (const client of [one, three])
      expect((await client.send('GET', '/any', { headers: { cookie: both } })).status).toBe(200);
  });
});

describe('[11-F] places of credentials that are one', () => {
  it.each<[Parameters<typeof startApp>[0], string]>([
    [
      { options: { authentication: { accessCookie: { name: 'sid' }, refreshCookie: { name: 'sid' } } } },
      'authentication.accessCookie',
    ],
    [
      { options: { authentication: { refreshTokenHeader: 'X-Token' }, apiKeys: { header: 'x-token' } } },
      'apiKeys.header',
    ],
  ])('are a mistake that the boot tells', async (shape, option) => {
    await expect(startApp({ ...shape, logger: false })).rejects.toThrow(option);
  });
});
