import { type LegacyOptions, SessionService, TokenBlacklistService } from 'nestjs-gatehouse';
import { type Answer, Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { legacyOptions, oldTokens } from './old-tokens.js';

const COOKIE = '__Secure-refresh_token';

describe.each(everywhere)('[11-E] legacy refresh tokens on $platform, $medium', (stand) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;
  let fault: unknown;

  const options = legacyOptions();
  const refreshToken: LegacyOptions['refreshToken'] = (token) => {
    if (fault !== undefined) throw fault;
    if (token === 'mia') return { subject: 'mia', answer: { user: { name: 'Mia' } } };
    return options.refreshToken!(token);
  };
  const start = (authentication: object = {}): Promise<RunningApp> =>
    startApp({
      platform: stand.platform,
      logger: false,
      options: {
        throttler: false,
        authentication,
        legacy: { ...options, refreshToken },
        ...(medium.redis !== undefined && { redis: medium.redis }),
      },
    });
  const sessionsOf = (subject: string) => running.app.get(SessionService).list(subject);
  const refreshed = async (token: string): Promise<TokenPair> => {
    const answer = await client.refresh(token);
    expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
    return answer.body;
  };
  const refusal = async (token: string): Promise<unknown> => {
    const { status, body } = await client.refresh(token);
    return [status, (body as unknown as Record<string, unknown>)['code']];
  };
  const REFUSED = [400, 'invalid_grant'];

  beforeAll(async () => {
    medium = await startMedium(stand.medium);
    running = await start();
    client = new Client(running.url);
  });
  beforeEach(() => {
    fault = undefined;
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  it('give a session of ours, with the user, the roles and the device', async () => {
    const pair = await refreshed(oldTokens.refresh('ada', { roles: ['editor'] }));
    const { body } = await client.get('/auth/me', pair.access_token);
    expect(body).toMatchObject({ sub: 'ada', client_id: 'first-party', roles: ['editor'] });
    const [session, ...others] = await sessionsOf('ada');
    expect(others).toEqual([]);
    expect(session?.device).toMatchObject({ ip: '127.0.0.1', userAgent: expect.any(String) });
    const next = await refreshed(pair.refresh_token);
    expect((await client.get('/auth/me', next.access_token)).status).toBe(200);
    expect(await sessionsOf('ada')).toHaveLength(1);
  });

  it('come with what the host tells the client, which is not kept', async () => {
    const [first, again] = [await refreshed('mia'), await refreshed('mia')];
    expect([first, again]).toEqual([
      expect.objectContaining({ user: { name: 'Mia' } }),
      expect.objectContaining({ user: { name: 'Mia' } }),
    ]);
    expect(await refreshed(first.refresh_token)).not.toHaveProperty('user');
    expect((await sessionsOf('mia'))[0]).not.toHaveProperty('answer');
  });

  it('are used then: a retry gets the same token, and after its use the session ends', async () => {
    const old = oldTokens.refresh('bob');
    const [first, again] = [await refreshed(old), await refreshed(old)];
    expect(again.refresh_token).toBe(first.refresh_token);
    const next = await refreshed(first.refresh_token);
    expect(await refusal(old)).toEqual(REFUSED);
    expect(await refusal(next.refresh_token)).toEqual(REFUSED);
    expect((await client.get('/auth/me', next.access_token)).status).toBe(401);
    expect(await refusal(old)).toEqual(REFUSED);
    expect(await sessionsOf('bob')).toEqual([]);
  });

  it('are refused once their user was logged out, however often they are shown', async () => {
    const [early, late] = [oldTokens.refresh('eve'), oldTokens.refresh('eve')];
    await refreshed(early);
    await running.app.get(TokenBlacklistService).revokeSubject('eve');
    for (const token of [early, late, late]) expect(await refusal(token)).toEqual(REFUSED);
    expect(await sessionsOf('eve')).toEqual([]);
  });

  it('stay good when the access tokens of their user are expired, for other roles', async () => {
    const [access, refresh] = [oldTokens.access('abe'), oldTokens.refresh('abe', { roles: ['editor'] })];
    await running.app.get(TokenBlacklistService).expireAccessTokens('abe');
    expect((await client.get('/auth/me', access)).status).toBe(401);
    const { access_token: fresh } = await refreshed(refresh);
    expect((await client.get('/auth/me', fresh)).body).toMatchObject({ roles: ['editor'] });
  });

  it('are refused after the user ended all other sessions', async () => {
    const [mine, other] = [oldTokens.refresh('dan'), oldTokens.refresh('dan')];
    const pair = await refreshed(mine);
    const { status } = await client.post('/auth/logout-others', undefined, pair.access_token);
    expect([status, await refusal(other)]).toEqual([204, REFUSED]);
    expect((await client.refresh(pair.refresh_token)).status).toBe(200);
  });

  it('can be logged out, whether they have a session yet or not', async () => {
    const [fresh, used] = [oldTokens.refresh('fay'), oldTokens.refresh('fay')];
    const pair = await refreshed(used);
    for (const token of [fresh, used])
      expect((await client.post('/auth/logout', { refresh_token: token })).status).toBe(204);
    for (const token of [fresh, used, pair.refresh_token]) expect(await refusal(token)).toEqual(REFUSED);
    expect(await sessionsOf('fay')).toEqual([]);
  });

  it('are refused when they are bad, and ask for no more scope than there is', async () => {
    const now = Math.floor(Date.now() / 1000);
    const bad = [
      oldTokens.access('gus'),
      oldTokens.refresh('gus', { iat: now - 120, exp: now - 60 }),
      `${oldTokens.refresh('gus')}x`,
      'garbage',
    ];
    for (const token of bad) expect(await refusal(token)).toEqual(REFUSED);
    const good = oldTokens.refresh('gus');
    const wide = await client.post('/auth/refresh', { refresh_token: good, scope: 'everything' });
    expect([wide.status, wide.body['code']]).toEqual([400, 'invalid_scope']);
    await refreshed(good);
  });

  it('stay good while the host fails, and when it is asked again', async () => {
    const old = oldTokens.refresh('hal');
    for (fault of [
      new Error('connect ECONNREFUSED'),
      Object.assign(new Error('bad gateway'), { status: 502 }),
    ])
      expect((await client.refresh(old)).status).toBe(503);
    fault = undefined;
    await refreshed(old);
  });

  it('have one session, however many requests on two instances show one at once', async () => {
    const second = stand.medium === 'redis' ? await start() : undefined;
    const clients = [client, new Client((second ?? running).url)];
    const old = oldTokens.refresh('ivy');
    const answers = await Promise.all(Array.from({ length: 20 }, (_, at) => clients[at % 2]!.refresh(old)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(await sessionsOf('ivy')).toHaveLength(1);
    await second?.close();
  });

  describe('in cookies', () => {
    let site: RunningApp;
    const post = (path: string, cookies: readonly string[], body?: object): Promise<Answer> =>
      new Client(site.url).send('POST', path, {
        headers: {
          cookie: cookies.map((value) => `${COOKIE}=${value}`).join('; '),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const kept = ({ headers }: Answer): string =>
      headers
        .getSetCookie()
        .map((cookie) => /=([^;]*)/.exec(cookie)![1]!)
        .find((value) => value !== '') ?? '';

    beforeAll(async () => {
      site = await start({ refreshCookie: true });
    });
    afterAll(() => site.close());

    it('are replaced by ours, beside which one that is still there does no harm', async () => {
      const old = oldTokens.refresh('joe');
      const first = kept(await post('/auth/refresh', [old]));
      expect(first).toMatch(/^ghr_/);
      const second = kept(await post('/auth/refresh', [old, first]));
      const third = kept(await post('/auth/refresh', [second, old]));
      expect(new Set([first, second, third]).size).toBe(3);
    });

    it('are taken beside garbage and a token that has been logged out', async () => {
      const gone = kept(await post('/auth/refresh', [oldTokens.refresh('kim')]));
      expect((await post('/auth/logout', [gone])).status).toBe(204);
      expect(kept(await post('/auth/refresh', ['garbage', gone, oldTokens.refresh('kim')]))).toMatch(/^ghr_/);
    });

    it('leave none of ours alive at a logout, when nobody can be asked about them', async () => {
      const [ours, old] = [
        kept(await post('/auth/refresh', [oldTokens.refresh('ned')])),
        oldTokens.refresh('ned'),
      ];
      fault = new Error('no database');
      expect((await post('/auth/logout', [old, ours])).status).toBe(503);
      expect(await site.app.get(SessionService).list('ned')).toEqual([]);
      fault = undefined;
      expect((await post('/auth/logout', [old, ours])).status).toBe(204);
      expect((await post('/auth/refresh', [old])).status).toBe(400);
    });

    it('end with the login that replaces them', async () => {
      const old = oldTokens.refresh('lea');
      const login = await post('/auth/login', [old], { username: 'demo', password: 'demo-password' });
      expect(login.status).toBe(200);
      expect((await post('/auth/refresh', [old])).status).toBe(400);
    });
  });
});
