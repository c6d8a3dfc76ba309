import { type AuthEventMap, AuthEvents, SessionService, TokenBlacklistService } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

type AuthRecord = AuthEventMap[keyof AuthEventMap];

const AGENT = 'Browser/1.0';

describe.each(platforms)('[15] records of events on %s', (platform) => {
  let running: RunningApp;
  let http: Client;
  let records: AuthRecord[];
  let ids = 0;

  beforeAll(async () => {
    running = await startApp({
      platform,
      prepare: (app) => {
        // As a middleware of the host does on Express; Fastify has ids of its own.
        if (platform === 'express')
          app.use((request: { id?: string }, _response: unknown, next: () => void) => {
            request.id = `id-${(ids += 1)}`;
            next();
          });
      },
      options: { throttler: { throttlers: [{ limit: 40, ttl: '1h' }] } },
    });
    http = new Client(running.url);
    running.app.get(AuthEvents).onAny((record) => records.push(record));
  });
  beforeEach(() => {
    records = [];
  });
  afterAll(() => running.close());

  const from = { 'user-agent': AGENT, 'x-request-id': 'chosen-by-the-client' };
  const post = (path: string, body: object, more: Record<string, string> = {}) =>
    http.send('POST', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...from, ...more },
    });
  const login = (username = 'demo', password = `${username}-password`) =>
    post('/auth/login', { username, password });
  const tokensOf = async (username?: string) =>
    (await login(username)).body as { access_token: string; refresh_token: string };
  const named = <E extends AuthRecord['event']>(event: E) =>
    records.filter((record) => record.event === event) as unknown as AuthEventMap[E][];
  const origin = {
    address: '127.0.0.1',
    userAgent: AGENT,
    requestId: expect.stringMatching(platform === 'express' ? /^id-\d+$/ : /^req-/),
  };

  it('say who logged in, from where, and in which request', async () => {
    const before = Date.now();
    await tokensOf();
    expect(named('session.opened')).toEqual([
      {
        event: 'session.opened',
        outcome: 'success',
        time: expect.any(Number),
        subject: 'user-demo',
        clientId: expect.any(String),
        sessionId: expect.any(String),
        ...origin,
      },
    ]);
    const [{ time, sessionId } = { time: 0, sessionId: '' }] = named('session.opened');
    expect(time).toBeGreaterThanOrEqual(before);
    const session = await running.app.get(SessionService).get(sessionId);
    expect(session?.device).toEqual({ ip: '127.0.0.1', userAgent: AGENT });
  });

  it('speak of failed logins without the name that was typed: it may be the password', async () => {
    await login('my-secret-password', 'x');
    await login(' MY-secret-PASSWORD', 'x');
    await login('other', 'x');
    const accounts = named('login.failed').map(({ account }) => account);
    expect(named('login.failed')[0]).toMatchObject({
      ...origin,
      outcome: 'refused',
      code: 'invalid_credentials',
    });
    expect(accounts[0]).toBe(accounts[1]);
    expect(accounts[0]).not.toBe(accounts[2]);
    expect(accounts[0]).toBe(running.app.get(AuthEvents).accountOf('my-secret-password'));
    expect(JSON.stringify(records).toLowerCase()).not.toContain('my-secret');
  });

  it('tell of a used-up budget once, whatever is tried meanwhile', async () => {
    for (let guess = 0; guess < 10; guess += 1) await login('guessed', `${guess}`);
    expect(named('login.failed')).toHaveLength(5);
    expect(named('login.blocked')).toMatchObject([{ ...origin, code: 'quota_exceeded' }]);
    expect(named('login.blocked')[0]?.retryAfterSeconds).toBeGreaterThan(0);
    expect(named('login.blocked')[0]?.account).toBe(named('login.failed')[0]?.account);
  });

  it('say of refreshes what became of them', async () => {
    const { refresh_token } = await tokensOf();
    await post('/auth/refresh', { refresh_token });
    expect(named('refresh.rotated')).toMatchObject([{ subject: 'user-demo', ...origin }]);
    await post('/auth/refresh', { refresh_token: `${refresh_token}x` });
    await post('/auth/refresh', { refresh_token: `${refresh_token}y` });
    expect(named('refresh.refused')).toMatchObject([
      { outcome: 'refused', reason: 'malformed', code: 'invalid_grant', ...origin },
    ]);
  });

  it('tell logouts from revocations', async () => {
    const { access_token, refresh_token } = await tokensOf();
    await post('/auth/logout', {}, { authorization: `Bearer ${access_token}` });
    const [{ sessionId } = { sessionId: '' }] = named('session.opened');
    expect(named('logout')).toMatchObject([{ subject: 'user-demo', sessionId, ...origin }]);
    expect(named('session.revoked')).toMatchObject([{ subject: 'user-demo', sessionId }]);
    await post('/auth/logout', { refresh_token: `${refresh_token}x` });
    expect(named('logout')).toHaveLength(1);
    const other = await tokensOf();
    await post('/auth/logout', { refresh_token: other.refresh_token });
    expect(named('logout')[1]).toMatchObject({ sessionId: named('session.opened')[1]?.sessionId });
  });

  it('say what operators ended', async () => {
    const blacklist = running.app.get(TokenBlacklistService);
    await tokensOf();
    await blacklist.revokeSubject('user-demo');
    await running.app.get(SessionService).revokeAll('user-demo');
    await blacklist.revokeClient('some-client');
    expect(named('subject.revoked')).toMatchObject([
      { subject: 'user-demo', apiKeys: true },
      { subject: 'user-demo', apiKeys: false },
    ]);
    expect(named('client.revoked')).toMatchObject([{ clientId: 'some-client' }]);
  });

  it('tell of a caller over the limit, once a second', async () => {
    const answers = await Promise.all(Array.from({ length: 45 }, () => http.get('/auth/me')));
    const refused = answers.filter(({ status }) => status === 429).length;
    expect(refused).toBeGreaterThan(5);
    expect(named('quota.exceeded').length).toBeLessThan(refused);
    expect(named('quota.exceeded')[0]).toMatchObject({
      outcome: 'refused',
      limits: ['default'],
      code: 'quota_exceeded',
      address: '127.0.0.1',
      retryAfterSeconds: expect.any(Number),
    });
  });
});
