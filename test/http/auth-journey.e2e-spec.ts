import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

describe.each(everywhere)('the main job on $platform and $medium', ({ platform, medium: kind }) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    medium = await startMedium(kind);
    running = await startApp({
      platform,
      options: {
        throttler: false,
        ...(medium.redis && { redis: medium.redis }),
      },
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  it('[6749-10] logs in with the answer of RFC 6749 §5.1', async () => {
    const answer = await client.post<TokenPair>('/auth/login', {
      username: 'demo',
      password: 'demo-password',
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^ghr_/),
      token_type: 'Bearer',
      expires_in: 900,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
  });

  it('answers who the caller is', async () => {
    const { access_token: token } = await client.login('editor');
    const me = await client.get('/auth/me', token);
    expect(me.status).toBe(200);
    expect(me.body).toMatchObject({
      sub: 'user-editor',
      client_id: 'first-party',
      scope: '',
      roles: ['editor'],
    });
  });

  it('refreshes, and a retry within the window gets the same successor', async () => {
    const first = await client.login();
    const second = await client.refresh(first.refresh_token);
    const retry = await client.refresh(first.refresh_token);
    expect([second.status, retry.status]).toEqual([200, 200]);
    expect(retry.body.refresh_token).toBe(second.body.refresh_token);
    expect(second.body.refresh_token).not.toBe(first.refresh_token);
    expect((await client.get('/auth/me', retry.body.access_token)).status).toBe(200);
  });

  it('[04-2] [9700-46] takes a token older than the last rotation for theft: the session is dead, its access tokens too', async () => {
    const first = await client.login();
    const second = (await client.refresh(first.refresh_token)).body;
    const third = (await client.refresh(second.refresh_token)).body;
    const reuse = await client.refresh(first.refresh_token);
    expect(reuse.status).toBe(400);
    expect(reuse.body).toMatchObject({ code: 'invalid_grant' });
    expect((await client.refresh(third.refresh_token)).status).toBe(400);
    expect((await client.get('/auth/me', third.access_token)).status).toBe(401);
  });

  it('[54] logs out: access and refresh token are refused at once', async () => {
    const pair = await client.login();
    expect((await client.post('/auth/logout', undefined, pair.access_token)).status).toBe(204);
    expect((await client.get('/auth/me', pair.access_token)).body).toMatchObject({ code: 'invalid_token' });
    expect((await client.refresh(pair.refresh_token)).status).toBe(400);
  });

  it('logs out by the refresh token alone when the access token is gone', async () => {
    const pair = await client.login();
    expect((await client.post('/auth/logout', { refresh_token: pair.refresh_token })).status).toBe(204);
    expect((await client.get('/auth/me', pair.access_token)).status).toBe(401);
  });

  it('[54] logs out by the refresh token although the access token beside it is dead', async () => {
    const [dead, pair] = [await client.login(), await client.login()];
    await client.post('/auth/logout', undefined, dead.access_token);
    const body = { refresh_token: pair.refresh_token };
    expect((await client.post('/auth/logout', body, dead.access_token)).status).toBe(204);
    expect((await client.get('/auth/me', pair.access_token)).status).toBe(401);
    expect((await client.post('/auth/logout', undefined, dead.access_token)).status).toBe(401);
  });

  it('ends both sessions when a logout shows tokens of two', async () => {
    const [one, other] = [await client.login('one'), await client.login('other')];
    const body = { refresh_token: other.refresh_token };
    expect((await client.post('/auth/logout', body, one.access_token)).status).toBe(204);
    expect((await client.refresh(one.refresh_token)).status).toBe(400);
    expect((await client.refresh(other.refresh_token)).status).toBe(400);
  });

  it('refuses a logout that shows no token, and ignores a foreign refresh token', async () => {
    expect((await client.post('/auth/logout')).status).toBe(401);
    expect((await client.post('/auth/logout', { refresh_token: 'ghr_nobody.0.mac' })).status).toBe(204);
  });

  it('[55] lists sessions and ends a single one', async () => {
    const [phone, laptop] = [await client.login('lister'), await client.login('lister')];
    const list = await client.get<{ id: string; current: boolean }[]>('/auth/sessions', laptop.access_token);
    expect(list.body).toHaveLength(2);
    expect(list.body.filter(({ current }) => current)).toHaveLength(1);
    const other = list.body.find(({ current }) => !current)!;
    expect((await client.delete(`/auth/sessions/${other.id}`, laptop.access_token)).status).toBe(204);
    expect((await client.get('/auth/me', phone.access_token)).status).toBe(401);
    expect((await client.get('/auth/me', laptop.access_token)).status).toBe(200);
  });

  it("does not show or end somebody else's session", async () => {
    const [victim, attacker] = [await client.login('victim'), await client.login('attacker')];
    const [session] = (await client.get<{ id: string }[]>('/auth/sessions', victim.access_token)).body;
    const answer = await client.delete(`/auth/sessions/${session!.id}`, attacker.access_token);
    expect(answer.body).toMatchObject({ status: 404, code: 'session_not_found' });
    expect((await client.get('/auth/me', victim.access_token)).status).toBe(200);
  });

  it.each(['', '%2e%2e', 'x'.repeat(90), '__proto__'])(
    'answers 404 for the odd session id %j',
    async (id) => {
      const { access_token: token } = await client.login();
      expect((await client.delete(`/auth/sessions/${id}`, token)).status).toBe(404);
    },
  );

  it('[54] ends all sessions, or all others', async () => {
    const [a, b, c] = [await client.login('many'), await client.login('many'), await client.login('many')];
    expect((await client.post('/auth/logout-others', undefined, a.access_token)).status).toBe(204);
    const statuses = async (): Promise<number[]> =>
      Promise.all(
        [a, b, c].map(async ({ access_token: token }) => (await client.get('/auth/me', token)).status),
      );
    expect(await statuses()).toEqual([200, 401, 401]);
    expect((await client.post('/auth/logout-all', undefined, a.access_token)).status).toBe(204);
    expect(await statuses()).toEqual([401, 401, 401]);
    const again = await client.login('many');
    expect((await client.get('/auth/me', again.access_token)).status).toBe(200);
  });

  it('[04-1] gives 50 parallel refreshes of one token one successor and no logout', async () => {
    const { refresh_token: token } = await client.login('parallel');
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.refresh(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    const successor = answers[0]!.body;
    expect((await client.get('/auth/me', successor.access_token)).status).toBe(200);
    expect((await client.refresh(successor.refresh_token)).status).toBe(200);
  });
});
