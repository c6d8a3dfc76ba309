import { Injectable } from '@nestjs/common';
import { type AuthenticatedUser, SessionService, UserAuthenticator } from 'nestjs-gatehouse';
import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

/** Users who may have some scope. */
@Injectable()
class ScopedUsers extends UserAuthenticator {
  async authenticate(username: string): Promise<AuthenticatedUser> {
    return { subject: username, scope: ['read', 'write', 'sessions'] };
  }
}

interface Row {
  readonly id: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires_at: string;
}

const FIVE_MINUTES_MS = 300_000;

describe.each(everywhere)('the list of sessions on $platform and $medium', ({ platform, medium: kind }) => {
  let medium: TestMedium;
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    medium = await startMedium(kind);
    running = await startApp({
      platform,
      options: {
        throttler: false,
        // Times of its own, so that neither is a multiple of what the answer is rounded to.
        sessions: { idleTtl: '1h', absoluteTtl: '12h' },
        ...(medium.redis && { redis: medium.redis }),
      },
      extras: { userAuthenticator: ScopedUsers },
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running.close();
    await medium.stop();
  });

  const login = async (username: string, scope = ''): Promise<TokenPair> =>
    (await client.post<TokenPair>('/auth/login', { username, password: 'x', scope })).body;
  const list = async (token: string): Promise<{ text: string; rows: readonly Row[]; five: number }> => {
    const { text, body } = await client.get<Row[]>('/auth/sessions', token);
    return { text, rows: body, five: Math.floor(Date.now() / FIVE_MINUTES_MS) };
  };

  it('[10-14] looks the same before and after a refresh, its order included', async () => {
    const [watcher, victim, other] = [await login('ada'), await login('ada'), await login('ada')];
    const sessions = running.app.get(SessionService);
    const usedAt = async () =>
      (await sessions.list('ada')).map(({ id, lastUsedAt }) => `${id} ${lastUsedAt}`);
    for (const pair of [victim, other, watcher]) {
      const [before, exactBefore] = [await list(watcher.access_token), await usedAt()];
      await client.refresh(pair.refresh_token);
      const [after, exactAfter] = [await list(watcher.access_token), await usedAt()];
      expect(exactAfter).not.toEqual(exactBefore);
      // Only the clock moves what is shown: at most one step, at a time that has nothing to do with the refresh.
      if (before.five === after.five) expect(after.text).toBe(before.text);
    }
  });

  it('[10-14] tells a use to five minutes, and the end of a session as it was at login', async () => {
    const { access_token: token } = await login('bob');
    const [row] = (await list(token)).rows;
    const { created_at: created, last_used_at: used, expires_at: expires } = row!;
    expect(used >= created).toBe(true);
    expect(used === created || Date.parse(used) % FIVE_MINUTES_MS === 0).toBe(true);
    expect(Date.parse(expires) - Date.parse(created)).toBe(12 * 3_600_000);
  });

  it('[10-20] is nothing for a token that was narrowed to something else', async () => {
    const pair = await login('eve');
    for (const narrow of [
      (await login('eve', 'read')).access_token,
      (
        await client.post<TokenPair>('/auth/refresh', {
          refresh_token: pair.refresh_token,
          scope: 'read write',
        })
      ).body.access_token,
    ]) {
      const answers = [
        await client.get('/auth/sessions', narrow),
        await client.delete('/auth/sessions/x', narrow),
        await client.post('/auth/logout-all', undefined, narrow),
        await client.post('/auth/logout-others', undefined, narrow),
      ];
      for (const { body, headers } of answers) {
        expect(body).toMatchObject({ status: 403, code: 'insufficient_scope' });
        expect(headers.get('www-authenticate')).toContain('scope="sessions"');
      }
      expect((await client.get('/auth/me', narrow)).status).toBe(200);
      expect((await client.post('/auth/logout', undefined, narrow)).status).toBe(204);
    }
  });

  it('[10-20] is for tokens that have the scope `sessions`', async () => {
    const { access_token: token } = await login('fay', 'sessions');
    expect((await client.get('/auth/sessions', token)).status).toBe(200);
    expect((await client.post('/auth/logout-others', undefined, token)).status).toBe(204);
    expect((await client.post('/auth/logout-all', undefined, token)).status).toBe(204);
  });

  it('[10-20] is not to be stored, and no other answer of ours about somebody is', async () => {
    const { access_token: token } = await login('gil');
    const spare = (await list((await login('gil')).access_token)).rows[0]!;
    const answers = [
      await client.get('/auth/me', token),
      await client.get('/auth/sessions', token),
      await client.delete(`/auth/sessions/${spare.id}`, (await login('gil')).access_token),
      await client.post('/auth/logout-others', undefined, (await login('gil')).access_token),
      await client.post('/auth/logout', undefined, (await login('gil')).access_token),
      await client.post('/auth/logout-all', undefined, (await login('gil')).access_token),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 204, 204, 204, 204]);
    for (const { headers } of answers) expect(headers.get('cache-control')).toBe('no-store');
  });
});
