import { Controller, Get, Res } from '@nestjs/common';
import { Public } from 'nestjs-gatehouse';
import type { ServerResponse } from 'node:http';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

@Public()
@Controller()
class Routes {
  @Get('half')
  half(@Res() response: ServerResponse | { readonly raw: ServerResponse; hijack(): void }): void {
    if ('hijack' in response) response.hijack();
    const raw = 'raw' in response ? response.raw : response;
    raw.writeHead(200, { 'content-type': 'text/plain' });
    raw.write('half an ');
    throw new Error('the rest is missing');
  }
}

describe.each(platforms)('an error after the answer began on %s', (platform) => {
  let running: RunningApp;

  beforeAll(async () => {
    running = await startApp({ platform, controllers: [Routes], options: { throttler: false } });
    running.app.useLogger(false);
  });
  afterAll(() => running.close());

  it('ends the answer instead of leaving the client waiting', async () => {
    const answer = await new Client(running.url).send('GET', '/half', { signal: AbortSignal.timeout(5000) });
    expect([answer.status, answer.text]).toEqual([200, 'half an ']);
  });
});
