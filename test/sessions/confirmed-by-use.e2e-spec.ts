import { decodeJwt } from 'jose';
import { TokenService } from 'nestjs-gatehouse';
import type { AuthModuleOptions } from 'nestjs-gatehouse';
import { Client, firstCookieOf, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';
import { age } from '../support/sessions/ageing.js';

const SECOND_MS = 1_000;
const DAY_MS = 86_400 * SECOND_MS;
const LATER = [
  ['11 s', 11 * SECOND_MS],
  ['10 min', 600 * SECOND_MS],
  ['3 days', 3 * DAY_MS],
] as const;

interface Instance extends RunningApp {
  readonly client: Client;
}

/** A session whose first refresh was answered, and nobody has used the answer. */
interface LostAnswer {
  readonly first: TokenPair;
  readonly lost: TokenPair;
  passes(ms: number): Promise<void>;
}

describe.each(everywhere)(
  '[11-C] an answer that was lost, on $platform and $medium',
  ({ platform, medium: kind }) => {
    let medium: TestMedium;
    let issuing: Instance;
    let other: Instance;

    const start = async (options: Partial<AuthModuleOptions> = {}): Promise<Instance> => {
      const running = await startApp({
        platform,
        options: {
          throttler: false,
          sessions: { profiles: { gateway: { replayUnconfirmed: 0 } } },
          ...(medium.redis && { redis: medium.redis }),
          ...options,
        },
      });
      return { ...running, client: new Client(running.url) };
    };

    beforeAll(async () => {
      medium = await startMedium(kind);
      issuing = await start();
      // What is in memory is in one process only.
      other = kind === 'memory' ? issuing : await start();
    });
    afterAll(async () => {
      for (const { close } of new Set([issuing, other])) await close();
      await medium.stop();
    });

    async function loseAnswer({ app, client } = issuing): Promise<LostAnswer> {
      const first = await client.login();
      const { status, body: lost } = await client.refresh(first.refresh_token);
      expect(status).toBe(200);
      const sessionId = String(decodeJwt(first.access_token)['sid']);
      return { first, lost, passes: (ms) => age(sessionId, ms, { app, medium }) };
    }

    async function expectReuse({ first, lost, passes }: LostAnswer): Promise<void> {
      await passes(11 * SECOND_MS);
      const { status, body } = await issuing.client.refresh(first.refresh_token);
      expect([status, body]).toMatchObject([400, { code: 'invalid_grant' }]);
      for (const { client } of [issuing, other])
        expect((await client.get('/auth/me', lost.access_token)).status).toBe(401);
      expect((await other.client.refresh(lost.refresh_token)).status).toBe(400);
    }

    it.each(LATER)('is given again after %s, and again, on any instance', async (_, ms) => {
      const { first, lost, passes } = await loseAnswer();
      for (const { client } of [other, issuing]) {
        await passes(ms);
        const { status, body } = await client.refresh(first.refresh_token);
        expect([status, body.refresh_token]).toEqual([200, lost.refresh_token]);
        // The old one is still good, and says nothing of the new one.
        expect((await other.client.get('/auth/me', first.access_token)).status).toBe(200);
      }
      expect((await other.client.refresh(lost.refresh_token)).status).toBe(200);
    });

    it.each<[string, (lost: TokenPair) => Promise<unknown>]>([
      ['at the instance that issued it', (lost) => issuing.client.get('/auth/me', lost.access_token)],
      ['at another instance', (lost) => other.client.get('/auth/me', lost.access_token)],
      ['by TokenService.verify', async (lost) => other.app.get(TokenService).verify(lost.access_token)],
      ['by a refresh', (lost) => other.client.refresh(lost.refresh_token)],
    ])('is given no more once it was used %s: the retry is reuse', async (_, use) => {
      const session = await loseAnswer();
      await session.passes(DAY_MS);
      await use(session.lost);
      await expectReuse(session);
    });

    it('is given to retries that are under way while it is used', async () => {
      const { first, lost, passes } = await loseAnswer();
      await passes(DAY_MS);
      await issuing.client.get('/auth/me', lost.access_token);
      const { body } = await other.client.refresh(first.refresh_token);
      expect(body.refresh_token).toBe(lost.refresh_token);
    });

    it('comes with an access token that is a use of it as well', async () => {
      const session = await loseAnswer();
      const { body: again } = await other.client.refresh(session.first.refresh_token);
      expect(again.access_token).not.toBe(session.lost.access_token);
      expect((await issuing.client.get('/auth/me', again.access_token)).status).toBe(200);
      await expectReuse(session);
    });

    it('is worth nothing to a thief who took it and waited until the owner asked', async () => {
      const { first, lost: stolen, passes } = await loseAnswer();
      await passes(11 * SECOND_MS);
      const { body: owned } = await issuing.client.refresh(first.refresh_token);
      const me = (token: string) => other.client.get('/auth/me', token);
      expect((await me(stolen.access_token)).status).toBe(401);
      expect((await me(owned.access_token)).status).toBe(200);
      expect((await issuing.client.get('/auth/me', stolen.access_token)).status).toBe(401);
      // The thief goes on, and is found out by the next one who refreshes.
      const { body: next } = await other.client.refresh(stolen.refresh_token);
      expect((await me(next.access_token)).status).toBe(200);
      await passes(11 * SECOND_MS);
      expect((await issuing.client.refresh(owned.refresh_token)).status).toBe(400);
      expect((await me(next.access_token)).status).toBe(401);
    });

    it('is worth nothing after the owner has refreshed again, at any instance and by any check', async () => {
      const { first, lost: stolen, passes } = await loseAnswer();
      await passes(11 * SECOND_MS);
      const { body: owned } = await issuing.client.refresh(first.refresh_token);
      const copying = kind === 'redis' ? await start({ tokenBlacklist: { maxStaleness: '5s' } }) : other;
      let newest = owned;
      for (let refreshes = 1; refreshes <= 2; refreshes++) {
        newest = (await other.client.refresh(newest.refresh_token)).body;
        for (const { client, app } of [issuing, other, copying]) {
          expect((await client.get('/auth/me', stolen.access_token)).status).toBe(401);
          const verified = async () => app.get(TokenService).verify(stolen.access_token);
          await expect(verified()).rejects.toMatchObject({ code: 'invalid_token' });
          for (const { access_token } of [owned, newest])
            expect((await client.get('/auth/me', access_token)).status).toBe(200);
        }
      }
      if (copying !== other) await copying.close();
    });

    it('keeps nobody from logging out with the token that is left', async () => {
      const { first, lost } = await loseAnswer();
      const { status } = await other.client.post('/auth/logout', { refresh_token: first.refresh_token });
      expect(status).toBe(204);
      expect((await issuing.client.get('/auth/me', lost.access_token)).status).toBe(401);
      expect((await issuing.client.refresh(lost.refresh_token)).status).toBe(400);
    });

    it('is given inside the window only where other servers verify the tokens of a client', async () => {
      const { app } = issuing;
      const tokens = app.get(TokenService);
      const device = {};
      const login = {
        subject: 'user-demo',
        clientId: 'gateway',
        roles: [],
        authenticatedAt: Date.now(),
        device,
      };
      const { refreshToken, principal } = await tokens.login(login);
      const lost = await tokens.refresh({ refreshToken });
      expect((await tokens.refresh({ refreshToken })).refreshToken).toBe(lost.refreshToken);
      await age(principal.sessionId ?? '', 11 * SECOND_MS, { app, medium });
      await expect(tokens.refresh({ refreshToken })).rejects.toMatchObject({ code: 'invalid_grant' });
    });

    it('is given again to a form', async () => {
      const { first, lost, passes } = await loseAnswer();
      await passes(3 * DAY_MS);
      const body = new URLSearchParams({ refresh_token: first.refresh_token });
      const answer = await other.client.send('POST', '/auth/refresh', { body });
      expect(answer.body['refresh_token']).toBe(lost.refresh_token);
    });

    it('is given again to a cookie', async () => {
      const instance = await start({ authentication: { refreshCookie: true } });
      const { client } = instance;
      const refresh = (init: RequestInit) => client.send('POST', '/auth/refresh', init);
      const body = JSON.stringify({ username: 'demo', password: 'demo-password' });
      const json = { 'content-type': 'application/json' };
      const login = await client.send('POST', '/auth/login', { headers: json, body });
      const cookie = firstCookieOf(login);
      const lost = firstCookieOf(await refresh({ headers: { cookie } }));
      const sessionId = String(decodeJwt(String(login.body['access_token']))['sid']);
      await age(sessionId, 3 * DAY_MS, { app: instance.app, medium });
      expect(firstCookieOf(await refresh({ headers: { cookie } }))).toBe(lost);
      await instance.close();
    });

    it('is found to be used without a cache, and with a copy of the revocations', async () => {
      const instances = [await start({ accessTokens: { cache: false } })];
      if (kind === 'redis') instances.push(await start({ tokenBlacklist: { maxStaleness: '5s' } }));
      for (const instance of instances) {
        const { first, lost, passes } = await loseAnswer(instance);
        for (let use = 0; use < 2; use++)
          expect((await instance.client.get('/auth/me', lost.access_token)).status).toBe(200);
        await passes(11 * SECOND_MS);
        expect((await instance.client.refresh(first.refresh_token)).status).toBe(400);
        await instance.close();
      }
    });
  },
);
