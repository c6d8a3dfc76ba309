import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Controller, Get } from '@nestjs/common';
import { OptionalAuth, Public } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

@Controller()
class Routes {
  @OptionalAuth()
  @Get('optional')
  optional(): object {
    return {};
  }

  @Public()
  @Get('public')
  open(): object {
    return {};
  }

  @Get('exempt')
  exempt(): object {
    return {};
  }
}

describe.each(platforms)('[10-20] two Authorization headers on %s', (platform) => {
  let running: RunningApp;
  let token: string;

  beforeAll(async () => {
    const options = { throttler: false, authentication: { exemptPaths: ['/exempt'] } } as const;
    running = await startApp({ platform, controllers: [Routes], options });
    token = (await new Client(running.url).login()).access_token;
  });
  afterAll(() => running.close());

  async function send(line: string, authorizations: readonly string[]): Promise<string> {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    const headers = ['Host: x', 'Connection: close', 'Content-Length: 0', ...authorizations];
    socket.write(`${line} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
    return text(socket);
  }

  const doubles: readonly (readonly [string, () => readonly string[]])[] = [
    ['the same twice', () => [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`]],
    ['a good one in front', () => [`Authorization: Bearer ${token}`, 'authorization: Bearer a.b.c']],
    ['a good one behind', () => ['AUTHORIZATION: Bearer a.b.c', `Authorization: Bearer ${token}`]],
    ['an empty one in front', () => ['Authorization:', `Authorization: Bearer ${token}`]],
    ['another scheme', () => ['Authorization: Basic YTpi', `Authorization: Bearer ${token}`]],
    ['something between', () => [`Authorization: Bearer ${token}`, 'X-Other: y', 'Authorization: DPoP abc']],
  ];

  it.each(doubles)('are refused: %s', async (_name, headers) => {
    for (const line of ['GET /auth/me', 'GET /optional', 'GET /exempt', 'POST /auth/logout']) {
      const answer = await send(line, headers());
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
      expect(answer).toContain('"code":"invalid_request"');
    }
  });

  it('are nobody’s business on a public route, and one is enough elsewhere', async () => {
    expect(await send('GET /public', doubles[0]![1]())).toMatch(/^HTTP\/1\.1 200 /);
    expect(await send('GET /auth/me', [`Authorization: Bearer ${token}`])).toMatch(/^HTTP\/1\.1 200 /);
  });
});
