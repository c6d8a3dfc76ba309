import { sendTooMuch } from '../support/app/too-long-body.js';
import { Client, type Answer } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

const json = { 'content-type': 'application/json' };

const bodies: readonly (readonly [string, RequestInit])[] = [
  ['malformed JSON', { headers: json, body: '{"username": "demo", "password": "hunter2' }],
  ['an empty body', { headers: json, body: '' }],
  ['no body', {}],
  ['no members', { headers: json, body: '{}' }],
  ['an array', { headers: json, body: '[]' }],
  [
    'an array of the right thing',
    { headers: json, body: '[{"username":"demo","password":"demo-password"}]' },
  ],
  ['a number', { headers: json, body: '5' }],
  ['null', { headers: json, body: 'null' }],
  ['wrong types', { headers: json, body: '{"username":{"$ne":null},"password":["demo-password"]}' }],
  ['a prototype', { headers: json, body: '{"__proto__":{"username":"demo","password":"demo-password"}}' }],
  ['another media type', { headers: { 'content-type': 'text/plain' }, body: 'username=demo' }],
  ['an unknown charset', { headers: { 'content-type': 'application/json; charset=x-none' }, body: '{}' }],
];

describe.each(platforms)('bad input on %s', (platform) => {
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    running = await startApp({ platform, options: { throttler: false } });
    client = new Client(running.url);
  });
  afterAll(() => running.close());

  function expectProblem(answer: Answer): void {
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      status: answer.status,
      title: expect.any(String),
      type: expect.any(String),
    });
    expect(answer.text).not.toContain('hunter2');
  }

  it.each(bodies)('[9457-50] POST /auth/login with %s is a 4xx problem document', async (_name, init) => {
    expectProblem(await client.send('POST', '/auth/login', init));
  });

  it.each(bodies)('[9457-50] POST /auth/refresh with %s is a 4xx problem document', async (_name, init) => {
    expectProblem(await client.send('POST', '/auth/refresh', init));
  });

  it.each(bodies)('POST /auth/logout with %s is no 5xx', async (_name, init) => {
    const { status } = await client.send('POST', '/auth/logout', init);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
  });

  it.each(['login', 'refresh', 'logout'])(
    '[9457-50] POST /auth/%s with a megabyte is 413',
    async (endpoint) => {
      const answer = await sendTooMuch(`${running.url}/auth/${endpoint}`, platform);
      expectProblem(answer);
      expect(answer.status).toBe(413);
    },
  );

  it.each([
    { refresh_token: 5 },
    { refresh_token: '' },
    { refresh_token: null },
    { refresh_token: ['ghr_x.0.y'] },
    { refresh_token: 'ghr_x.0.y', scope: 7 },
  ])('refuses the refresh %j', async (body) => {
    expectProblem(await client.post('/auth/refresh', body));
  });

  it('[8725-34] refuses an access token as refresh token, harming nothing, and the reverse', async () => {
    const pair = await client.login();
    const asRefresh = await client.refresh(pair.access_token);
    expect(asRefresh.status).toBe(400);
    expect(asRefresh.body).toMatchObject({ code: 'invalid_grant' });
    const asAccess = await client.get('/auth/me', pair.refresh_token);
    expect(asAccess.status).toBe(401);
    expect(asAccess.body).toMatchObject({ code: 'invalid_token' });
    expect((await client.get('/auth/me', pair.access_token)).status).toBe(200);
    expect((await client.refresh(pair.refresh_token)).status).toBe(200);
  });

  it('[60] answers an unknown user and a wrong password alike', async () => {
    const wrong = await client.post('/auth/login', { username: 'demo', password: 'nope' });
    const unknown = await client.post('/auth/login', { username: 'nobody', password: 'nope' });
    expect(wrong.status).toBe(401);
    expect(unknown.text).toBe(wrong.text);
  });

  it('answers an unknown route with a problem document', async () => {
    const { access_token: token } = await client.login();
    expectProblem(await client.get('/no/such/route', token));
  });
});
