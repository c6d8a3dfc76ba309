import { Controller, Get, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { AuthModule, type AuthModuleOptions, Public } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { adapterFor, platforms, requiredOptions, startApp, TestUsers } from '../support/app/start-app.js';
import { opinions } from './opinions.js';

const JWKS = '/.well-known/jwks.json';

@Public()
@Controller()
class EverythingController {
  @Get('*')
  everything(): string {
    return 'the page of the host';
  }
}

describe.each(platforms)('[10-17] the published keys on %s', (platform) => {
  const origins = { origin: 'https://app.example', credentials: true, maxAge: 5 };
  const refusing = (_origin: string, answer: (error: Error) => void): void =>
    answer(new Error('not allowed'));

  async function asked(
    prepare: (app: INestApplication) => void,
    requests: readonly (readonly [method: string, headers: Record<string, string>])[],
  ): Promise<Awaited<ReturnType<Client['send']>>[]> {
    const running = await startApp({
      platform,
      prepare,
      controllers: [EverythingController],
      imports: [opinions],
    });
    const client = new Client(running.url);
    const answers = [];
    for (const [method, headers] of requests) answers.push(await client.send(method, JWKS, { headers }));
    await running.close();
    return answers;
  }

  it.each<[string, (app: INestApplication) => void]>([
    ['no CORS', () => {}],
    ['one origin with credentials', (app) => app.enableCors(origins)],
    ['a function that refuses', (app) => app.enableCors({ origin: refusing as never })],
    [
      'a middleware that refuses everybody',
      (app) =>
        app.use((_request: never, response: { statusCode: number; end(): void }) => {
          response.statusCode = 418;
          response.end();
        }),
    ],
  ])('are for all pages, in a host with %s', async (_name, prepare) => {
    const origin = { origin: 'https://stranger.example' };
    const preflight = {
      ...origin,
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'if-none-match',
    };
    const [get, head, options, question] = await asked(prepare, [
      ['GET', origin],
      ['HEAD', origin],
      ['OPTIONS', preflight],
      ['OPTIONS', {}],
    ]);
    for (const answer of [get!, head!, options!, question!]) {
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    }
    expect([get!.status, get!.body]).toEqual([200, { keys: [] }]);
    expect(get!.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect([head!.status, head!.text]).toEqual([200, '']);
    expect(head!.headers.get('etag')).toBe(get!.headers.get('etag'));
    expect([options!.status, question!.status]).toEqual([204, 204]);
    expect(options!.headers.get('access-control-allow-methods')).toContain('GET');
    expect(options!.headers.get('access-control-allow-headers')).toBe('*');
    expect(question!.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
  });

  it('are not counted among the requests of a client', async () => {
    const options: Partial<AuthModuleOptions> = { throttler: { throttlers: [{ limit: 1, ttl: '1h' }] } };
    const running = await startApp({ platform, options });
    const client = new Client(running.url);
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.get(JWKS)));
    await running.close();
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  it.each([
    [{ wellKnown: 'keys' }, '/keys/jwks.json', JWKS],
    [{ wellKnown: '/a/b/' }, '/a/b/jwks.json', JWKS],
    [{ wellKnown: false as const }, undefined, JWKS],
  ])('are served for %j at %s only', async (endpoints, path, elsewhere) => {
    const prepare = (app: INestApplication): unknown => app.setGlobalPrefix('api');
    const running = await startApp({ platform, extras: { endpoints }, prepare });
    const client = new Client(running.url);
    const there = path === undefined ? undefined : (await client.get(`${path}?x=1`)).status;
    const other = (await client.get(elsewhere)).status;
    const posted = (await client.post(path ?? elsewhere)).status;
    await running.close();
    expect([there, other, posted]).toEqual([path && 200, 404, 404]);
  });

  it('are refused with 503, on all pages as well, while there are none', async () => {
    const keys = { remote: { jwksUri: 'http://127.0.0.1:1/jwks.json', timeout: '1s' as const } };
    const running = await startApp({
      platform,
      options: { keys, accessTokens: { foreign: {} } },
      extras: { endpoints: { auth: false } },
    });
    const answer = await new Client(running.url).get(JWKS);
    await running.close();
    expect([answer.status, answer.body['code']]).toEqual([503, 'store_unavailable']);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
  });

  it('are the same in an app of TestingModule', async () => {
    const auth = AuthModule.forRoot({
      ...requiredOptions,
      userAuthenticator: TestUsers,
    });
    const compiled = await Test.createTestingModule({ imports: [auth, opinions] }).compile();
    const app = compiled.createNestApplication(adapterFor(platform), { logger: false });
    app.setGlobalPrefix('api').enableCors(origins);
    await app.listen(0, '127.0.0.1');
    const client = new Client((await app.getUrl()).replace('[::1]', '127.0.0.1'));
    const answers = [await client.get(JWKS), await client.send('OPTIONS', JWKS)];
    await app.close();
    expect(answers.map(({ status }) => status)).toEqual([200, 204]);
    for (const { headers } of answers) expect(headers.get('access-control-allow-origin')).toBe('*');
  });
});
