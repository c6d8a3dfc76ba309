import { ServiceUnavailableException } from '@nestjs/common';
import { AuthError, AuthEvents, SessionService, TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import { Client, type TokenPair } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { everywhere, startMedium, type TestMedium } from '../support/app/stores.js';

describe.each(everywhere)(
  '[10-20] claims and subjects on $platform and $medium',
  ({ platform, medium: kind }) => {
    let medium: TestMedium;
    let running: RunningApp;
    let client: Client;
    let claims: object = {};
    let failure: Error | undefined;
    const claimsNow = (): Record<string, unknown> => {
      if (failure !== undefined) throw failure;
      return claims as Record<string, unknown>;
    };

    beforeAll(async () => {
      medium = await startMedium(kind);
      running = await startApp({
        platform,
        options: {
          throttler: false,
          // Strictly one-time: a token that an error used up would be reuse at the next try.
          sessions: { reuseWindow: 0 },
          accessTokens: { claims: async () => claimsNow() },
          ...(medium.redis && { redis: medium.redis }),
        },
        logger: { log() {}, error() {}, warn() {} },
      });
      client = new Client(running.url);
    });
    afterAll(async () => {
      await running.close();
      await medium.stop();
    });

    it.each<[string, object]>([
      ['toJSON as a word', { toJSON: 'x', tenant: 'a' }],
      [
        'names that every object has',
        { constructor: 'x', toString: 'y', hasOwnProperty: 1, valueOf: null, tenant: 'a' },
      ],
      ['__proto__', JSON.parse('{"__proto__":{"sub":"admin"},"tenant":"a"}') as object],
      ['registered claims', { sub: 'admin', roles: ['admin'], exp: 1, tenant: 'a' }],
      ['lone surrogates', { tenant: 'a', note: '\ud800' }],
    ])('log in and are themselves: %s', async (_name, given) => {
      claims = given;
      const { access_token: token } = await client.login();
      const principal = await running.app.get(TokenService).verify(token);
      expect(principal).toMatchObject({ subject: 'user-demo', roles: ['demo'], claims: { tenant: 'a' } });
    });

    it.each<[string, object]>([
      ['a toJSON function', { toJSON: () => ({ sub: 'admin', roles: ['admin'] }) }],
      ['one inside', { tenant: { toJSON: () => 'x' } }],
      ['a BigInt', { tenant: 1n }],
      ['a Date', { since: new Date() }],
      ['more than a token holds', { tenant: 'x'.repeat(9000) }],
    ])('log nobody in and leave no session: %s', async (_name, given) => {
      const sessions = running.app.get(SessionService);
      const before = await sessions.list('user-odd');
      claims = given;
      const answer = await client.post('/auth/login', { username: 'odd', password: 'odd-password' });
      expect([answer.status, answer.text.includes('admin')]).toEqual([500, false]);
      expect(await sessions.list('user-odd')).toEqual(before);
      claims = {};
      expect(
        (await client.post<TokenPair>('/auth/login', { username: 'odd', password: 'odd-password' })).status,
      ).toBe(200);
    });

    it.each<[string, number, Error | undefined, object]>([
      ['an error', 500, new Error('no database'), {}],
      ['a refusal of their own', 503, new ServiceUnavailableException(), {}],
      ['our refusal', 503, new AuthError('store_unavailable', { retryAfterSeconds: 7 }), {}],
      ['what is no data', 500, undefined, { since: new Date() }],
      ['more than a token holds', 500, undefined, { tenant: 'x'.repeat(9000) }],
    ])('[issue 11] that fail a refresh with %s burn nothing', async (_name, status, thrown, given) => {
      claims = {};
      const { refresh_token: token } = await client.login();
      [failure, claims] = [thrown, given];
      const answers = [await client.refresh(token), await client.refresh(token)];
      [failure, claims] = [undefined, { tenant: 'a' }];
      expect(answers.map((answer) => answer.status)).toEqual([status, status]);
      const next = await client.refresh(token);
      expect(next.status).toBe(200);
      expect((await client.refresh(next.body.refresh_token)).status).toBe(200);
    });

    it('refuses subjects and clients that differ in lone surrogates only, wherever one enters', async () => {
      const { app } = running;
      const [sessions, blacklist, tokens] = [
        app.get(SessionService),
        app.get(TokenBlacklistService),
        app.get(TokenService),
      ];
      const rest = { clientId: 'web', roles: [], authenticatedAt: Date.now(), device: {} };
      let opened = 0;
      const stop = app.get(AuthEvents).on('session.opened', () => (opened += 1));
      for (const odd of ['ada\ud800', '\udc00ada']) {
        await expect(tokens.login({ ...rest, subject: odd })).rejects.toThrow(TypeError);
        await expect(sessions.list(odd)).rejects.toThrow(TypeError);
        await expect(sessions.revokeAll(odd)).rejects.toThrow(TypeError);
        await expect(blacklist.revokeSubject(odd)).rejects.toThrow(TypeError);
        await expect(blacklist.revokeClient(odd)).rejects.toThrow(TypeError);
        await expect(blacklist.epochFor(odd, 'web')).rejects.toThrow(TypeError);
      }
      stop();
      expect(opened).toBe(0);
      await expect(tokens.login({ ...rest, subject: 'ada😀' })).resolves.toMatchObject({
        principal: { subject: 'ada😀' },
      });
    });
  },
);
