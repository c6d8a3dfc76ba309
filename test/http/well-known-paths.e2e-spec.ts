import { once } from 'node:events';
import { createServer, request as requestOf } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { Public } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

const FOLDER = '.well-known/a.b+c(d)[e]';
const PATH = `/${FOLDER}/jwks.json`;
const HOST = 'the page of the host';

@Public()
@Controller()
class EverythingController {
  @Get('*')
  everything(): string {
    return HOST;
  }
}

/** Asks for a target as it stands, where `fetch` would put it in order. */
async function statusAndText(url: string, target: string): Promise<[number | undefined, string]> {
  const asking = requestOf(url, { path: target }).end();
  const [response] = (await once(asking, 'response')) as [import('node:http').IncomingMessage];
  const text = await response.setEncoding('utf8').toArray();
  return [response.statusCode, text.join('')];
}

describe.each(platforms)('[10-17] the path of the published keys on %s', (platform) => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp({
      platform,
      controllers: [EverythingController],
      extras: { endpoints: { wellKnown: FOLDER } },
    });
  });
  afterAll(() => running.close());

  it.each([PATH, `${PATH}?a=b`, `http://other.test${PATH}`])('is %s', async (target) => {
    expect(await statusAndText(running.url, target)).toEqual([200, '{"keys":[]}']);
  });

  it.each([
    `${PATH}/`,
    `${PATH}/x`,
    `/x${PATH}`,
    PATH.toUpperCase(),
    PATH.replace('.json', 'xjson'),
    PATH.replace('.json', '%2Ejson'),
    PATH.replace('+', ''),
    `//other.test${PATH}`,
  ])('is not %s, which is left to the host', async (target) => {
    expect(await statusAndText(running.url, target)).not.toEqual([200, '{"keys":[]}']);
  });
});

describe('[10-17] an app under a path of another Express app', () => {
  it('publishes its keys below that path', async () => {
    const { app, close } = await startApp();
    const outer = new ExpressAdapter().getInstance<{ use(path: string, app: unknown): void }>();
    outer.use('/inner', app.getHttpAdapter().getInstance());
    const server = createServer(outer as never).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const inside = await client.get('/inner/.well-known/jwks.json');
    const outside = await client.get('/.well-known/jwks.json');
    server.close();
    await close();
    expect([inside.status, inside.body]).toEqual([200, { keys: [] }]);
    expect(outside.status).toBe(404);
  });
});
