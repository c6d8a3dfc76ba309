import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AuthModule, Public } from 'nestjs-gatehouse';
import { type Answer, Client } from '../support/app/client.js';
import {
  platforms,
  requiredOptions,
  type RunningApp,
  startApp,
  TestUsers,
} from '../support/app/start-app.js';

@Public()
@Controller('host')
class HostRoutes {
  @Post()
  echo(@Body() body: unknown): object {
    return { body: body ?? null };
  }
}

const JSON_TYPES = ['application/json', 'Application/JSON; charset=utf-8'];

const hosts = platforms.flatMap((platform) => [false, true].map((rawBody) => ({ platform, rawBody })));

describe.each(hosts)(
  '[10-20] a JSON content type without a body on $platform, rawBody $rawBody',
  ({ platform, rawBody }) => {
    let running: RunningApp;
    let client: Client;

    beforeAll(async () => {
      running = await startApp({
        platform,
        rawBody,
        controllers: [HostRoutes],
        options: { throttler: false, authentication: { refreshCookie: true } },
        prepare: (app) => app.setGlobalPrefix('api'),
      });
      client = new Client(`${running.url}/api`);
    });
    afterAll(() => running.close());

    const post = (path: string, headers: Record<string, string>, body?: string): Promise<Answer> =>
      client.send('POST', path, { headers, ...(body !== undefined && { body }) });
    const login = (): Promise<Answer> =>
      client.post('/auth/login', { username: 'demo', password: 'demo-password' });
    const cookieOf = ({ headers }: Answer): string => headers.get('set-cookie')?.split(';', 1)[0] ?? '';

    describe.each(JSON_TYPES)('%s', (type) => {
      it.each(['logout', 'logout-all', 'logout-others'])('is no reason to refuse %s', async (path) => {
        const { body } = await login();
        const headers = { 'content-type': type, authorization: `Bearer ${String(body['access_token'])}` };
        expect((await post(`/auth/${path}`, headers)).status).toBe(204);
      });

      it('is none to refuse a refresh by cookie', async () => {
        const cookie = cookieOf(await login());
        const answer = await post('/auth/refresh', { 'content-type': type, cookie });
        expect([answer.status, cookieOf(answer)]).toEqual([
          200,
          expect.stringMatching(/^__Secure-refresh_token=ghr_/),
        ]);
      });

      it('is still a login without a name', async () => {
        expect((await post('/auth/login', { 'content-type': type })).body).toMatchObject({
          code: 'invalid_request',
        });
      });
    });

    it('is no reason to refuse where the empty body comes in chunks', async () => {
      const { body } = await login();
      const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
      const head = [
        'POST /api/auth/logout HTTP/1.1',
        'Host: x',
        'Connection: close',
        'Content-Type: application/json',
      ];
      const rest = [
        `Authorization: Bearer ${String(body['access_token'])}`,
        'Transfer-Encoding: chunked',
        '',
        '0',
        '',
        '',
      ];
      socket.write([...head, ...rest].join('\r\n'));
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 204 /);
    });

    it('still reads bodies that are there, in one piece or in chunks, and refuses broken ones', async () => {
      const type = { 'content-type': 'application/json' };
      const given = JSON.stringify({ username: 'demo', password: 'demo-password' });
      expect((await post('/auth/login', type, given)).status).toBe(200);
      const chunks = { body: new Blob([given]).stream(), duplex: 'half', headers: type } as RequestInit;
      expect((await client.send('POST', '/auth/login', chunks)).status).toBe(200);
      expect((await post('/auth/login', type, '{')).status).toBe(400);
    });

    it('changes nothing for routes of the host', async () => {
      const type = { 'content-type': 'application/json' };
      const answer = await post('/host', type);
      expect(answer.status).toBe(platform === 'fastify' ? 400 : 201);
      expect((await post('/host', type, '{"a":1}')).body).toEqual({ body: { a: 1 } });
    });
  },
);

it('[10-20] an empty JSON body is accepted where the platform is chosen after the module was made', async () => {
  const auth = AuthModule.forRoot({
    ...requiredOptions,
    userAuthenticator: TestUsers,
  });
  const module = await Test.createTestingModule({ imports: [auth] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter(), { logger: false });
  await app.init();
  const answer = await app.inject({
    method: 'POST',
    url: '/auth/logout',
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.statusCode).toBe(401);
  await app.close();
});

describe('[10-20] JSON over HTTP/2, where no header says whether there is a body', () => {
  const credentials = JSON.stringify({ username: 'demo', password: 'demo-password' });

  it.each([
    ['a login with a body', '/auth/login', credentials, 200],
    ['a login with an empty body', '/auth/login', '', 400],
    ['a logout without one', '/auth/logout', undefined, 401],
    ['a logout with an empty one', '/auth/logout', '', 401],
  ])('%s', async (_what, path, body, expected) => {
    @Module({
      imports: [AuthModule.forRoot({ ...requiredOptions, userAuthenticator: TestUsers, throttler: false })],
    })
    class Http2Module {}
    const adapter = new FastifyAdapter({ http2: true } as never);
    const app = await NestFactory.create(Http2Module, adapter, { logger: ['error'], abortOnError: false });
    await app.listen(0, '127.0.0.1');
    const session = connectHttp2(await app.getUrl());
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/json' };
    const stream = session.request(headers, { endStream: body === undefined });
    if (body !== undefined) stream.end(body);
    const [answer] = (await once(stream, 'response')) as [{ ':status': number }];
    stream.resume();
    session.destroy();
    await app.close();
    expect(answer[':status']).toBe(expected);
  });
});
