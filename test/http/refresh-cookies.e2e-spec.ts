import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { media, startMedium, type TestMedium } from '../support/app/stores.js';

const NAME = '__Secure-refresh_token';
const stands = platforms.flatMap((platform) => media.map((medium) => ({ platform, medium })));

describe.each(stands)('[10-12] several refresh cookies on $platform, $medium', (stand) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    medium = await startMedium(stand.medium);
    running = await startApp({
      platform: stand.platform,
      options: {
        throttler: false,
        sessions: { reuseWindow: '0s' },
        authentication: { refreshCookie: true },
        ...(medium.redis !== undefined && { redis: medium.redis }),
      },
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  const post = (path: string, values: readonly string[], body?: object) =>
    client.send<Record<string, string>>('POST', path, {
      headers: {
        cookie: values.map((value) => `${NAME}=${value}`).join('; '),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  /** The token that the browser keeps after an answer; the other cookies of the name are cleared. */
  const kept = (headers: Headers): string => {
    const values = headers.getSetCookie().map((cookie) => /=([^;]*)/.exec(cookie)![1]!);
    const tokens = values.filter((value) => value !== '');
    expect(tokens).toHaveLength(1);
    return tokens[0]!;
  };
  const login = async (values: readonly string[] = [], username = 'demo') => {
    const answer = await post('/auth/login', values, { username, password: `${username}-password` });
    expect(answer.status).toBe(200);
    return { token: kept(answer.headers), access: answer.body['access_token']!, headers: answer.headers };
  };
  const refreshStatus = async (token: string) => (await post('/auth/refresh', [token])).status;
  const forged = (token: string, at: number) =>
    `${token.slice(0, -2)}${String.fromCharCode(65 + (at % 26))}${String.fromCharCode(97 + (at % 26))}`;

  const strangers = (token: string): readonly (readonly [string, readonly string[]])[] => [
    ['garbage', ['garbage']],
    ['an empty one', ['']],
    ['a forged one', [forged(token, 0)]],
    ['itself in quotes', [`"${token}"`]],
    ['ten forged ones', Array.from({ length: 10 }, (_, at) => forged(token, at))],
    ['a hundred garbage ones', Array.from({ length: 100 }, (_, at) => `ghr_${at}`)],
    ['broken escapes and spaces', ['%', ' a b ', '=', '"']],
  ];

  it.each(strangers('ghr_xx').map(([name], at) => [name, at] as const))(
    'a refresh takes the authentic one beside %s, whatever comes first',
    async (_name, at) => {
      for (const isInFront of [true, false]) {
        const { token } = await login();
        const others = strangers(token)[at]![1];
        const answer = await post('/auth/refresh', isInFront ? [...others, token] : [token, ...others]);
        expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('access_token')]);
        expect(await refreshStatus(kept(answer.headers))).toBe(200);
      }
    },
  );

  it.each(strangers('ghr_xx').map(([name], at) => [name, at] as const))(
    'a login beside %s opens a session and ends the old one',
    async (_name, at) => {
      const { token: old } = await login();
      const { token } = await login([...strangers(old)[at]![1], old]);
      expect(await refreshStatus(old)).toBe(400);
      expect(await refreshStatus(token)).toBe(200);
    },
  );

  it('none is authentic: a refresh is refused, a login and a logout are not', async () => {
    const values = ['garbage', 'ghr_other'];
    const refused = await post('/auth/refresh', values);
    expect([refused.status, refused.body['code']]).toEqual([400, 'invalid_grant']);
    expect((await post('/auth/logout', values)).status).toBe(204);
    await login(values);
  });

  it('of one session the newest token counts: an older one at another path is no theft', async () => {
    const { token: first } = await login();
    const second = kept((await post('/auth/refresh', [first])).headers);
    const third = kept((await post('/auth/refresh', [first, second])).headers);
    const last = await post('/auth/refresh', [third, first, second]);
    expect(last.status).toBe(200);
    expect(await refreshStatus(kept(last.headers))).toBe(200);
  });

  it('an ended session beside a live one does no harm', async () => {
    const { token: old, access } = await login();
    await client.post('/auth/logout', undefined, access);
    const { token } = await login();
    expect((await post('/auth/refresh', [old, token])).status).toBe(200);
  });

  it('a login ends every old session and clears the other places', async () => {
    const [one, two] = [await login(), await login([], 'other')];
    const { token, headers } = await login([one.token, two.token]);
    expect(await Promise.all([one.token, two.token].map(refreshStatus))).toEqual([400, 400]);
    expect(headers.getSetCookie().some((each) => each.startsWith(`${NAME}=; Max-Age=0; Path=/;`))).toBe(true);
    expect(await refreshStatus(token)).toBe(200);
  });

  it('a logout ends every authentic one and clears every place', async () => {
    const [one, two] = [await login(), await login([], 'other')];
    const answer = await post('/auth/logout', ['garbage', one.token, forged(one.token, 3), two.token]);
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie().map((each) => /^[^;]*; [^;]*; Path=[^;]*/.exec(each)![0])).toEqual(
      ['/auth', '/'].map((path) => `${NAME}=; Max-Age=0; Path=${path}`),
    );
    expect(await Promise.all([one.token, two.token].map(refreshStatus))).toEqual([400, 400]);
    for (const { access } of [one, two]) expect((await client.get('/auth/me', access)).status).toBe(401);
  });
});
