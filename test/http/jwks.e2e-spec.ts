import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

describe.each(platforms)('the published keys on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  let etag: string;

  beforeAll(async () => {
    running = await startApp({ platform, options: { throttler: false } });
    client = new Client(running.url);
    etag = (await client.get('/.well-known/jwks.json')).headers.get('etag')!;
  });
  afterAll(() => running.close());

  it('need no token, have a type of their own and may be cached', async () => {
    const answer = await client.get('/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/);
    expect(answer.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
    expect(answer.body).toEqual({ keys: [] });
  });

  it.each([
    ['the tag', (tag: string) => tag, 304],
    ['the tag a proxy made weak', (tag: string) => `W/${tag}`, 304],
    ['one of several tags', (tag: string) => `"x", ${tag}`, 304],
    ['any tag', () => '*', 304],
    ['another tag', () => '"x"', 200],
  ])('answer a request that knows %s with %s', async (_name, known, status) => {
    const headers = { 'if-none-match': known(etag), 'cache-control': 'max-age=0' };
    const answer = await client.send('GET', '/.well-known/jwks.json', { headers });
    expect([answer.status, answer.headers.get('etag')]).toEqual([status, etag]);
    expect(answer.text === '').toBe(status === 304);
  });

  it('[6750-15] HEAD of a closed route is refused as GET is', async () => {
    const answer = await client.send('HEAD', '/auth/me');
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="api"']);
    expect((await client.send('HEAD', '/.well-known/jwks.json')).status).toBe(200);
  });
});
