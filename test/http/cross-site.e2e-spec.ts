import { Client, firstCookieOf } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

describe.each(platforms)('[10-12] requests of other sites on %s', (platform) => {
  let running: RunningApp;
  let client: Client;
  const start = async (refreshCookie: boolean, allowedOrigins: string[] = []): Promise<void> => {
    const authentication = { refreshCookie, allowedOrigins };
    running = await startApp({ platform, options: { throttler: false, authentication } });
    client = new Client(running.url);
  };
  afterEach(() => running.close());

  const credentials = new URLSearchParams({ username: 'demo', password: 'demo-password' });
  const endpoints: readonly (readonly [string, string])[] = [
    ['POST', '/auth/login'],
    ['POST', '/auth/refresh'],
    ['POST', '/auth/logout'],
    ['POST', '/auth/logout-all'],
    ['POST', '/auth/logout-others'],
    ['DELETE', '/auth/sessions/x'],
  ];
  const evil = { origin: 'https://evil.test' };
  async function statuses(headers: Record<string, string>): Promise<readonly number[]> {
    const login = await client.send<Record<string, string>>('POST', '/auth/login', { body: credentials });
    const cookie = firstCookieOf(login);
    const authorization = `Bearer ${login.body['access_token']}`;
    const answers = [];
    for (const [method, path] of endpoints) {
      const body = path === '/auth/login' ? { body: credentials } : {};
      const carried = path === '/auth/login' ? {} : { cookie, authorization };
      const answer = await client.send(method, path, { headers: { ...carried, ...headers }, ...body });
      if (answer.status === 403) expect(answer.body['code']).toBe('cross_site_request');
      if (answer.status === 403) expect(answer.headers.getSetCookie()).toEqual([]);
      answers.push(answer.status);
    }
    expect((await client.get('/auth/me', login.body['access_token'])).status).toBe(
      answers.includes(204) ? 401 : 200,
    );
    return answers;
  }

  it.each([
    { 'sec-fetch-site': 'cross-site', ...evil },
    { 'sec-fetch-site': 'same-site', origin: 'https://neighbour.test' },
    evil,
    { origin: 'null' },
  ])('are refused in cookie mode and change nothing: %j', async (headers) => {
    await start(true);
    expect(new Set(await statuses(headers as Record<string, string>))).toEqual(new Set([403]));
  });

  it.each([
    [true, undefined],
    [true, ['https://app.test']],
    [false, undefined],
  ] as const)(
    'are not taken for what comes from this site or no browser (cookie mode %s, origins %j)',
    async (isCookie, origins) => {
      await start(isCookie, [...(origins ?? [])]);
      const friendly: Record<string, string>[] = [
        {},
        { 'sec-fetch-site': 'same-origin' },
        { 'sec-fetch-site': 'none' },
        { origin: new URL(running.url).origin },
        ...(origins === undefined ? [] : [{ origin: origins[0], 'sec-fetch-site': 'cross-site' }]),
        ...(isCookie ? [] : [{ 'sec-fetch-site': 'cross-site', ...evil }]),
      ];
      for (const headers of friendly) expect(await statuses(headers)).not.toContain(403);
    },
  );

  it('are read all the same where nothing changes', async () => {
    await start(true);
    const { access_token: token } = (
      await client.send<{ access_token: string }>('POST', '/auth/login', { body: credentials })
    ).body;
    const headers = { authorization: `Bearer ${token}`, 'sec-fetch-site': 'cross-site', ...evil };
    expect((await client.send('GET', '/auth/me', { headers })).status).toBe(200);
  });
});
