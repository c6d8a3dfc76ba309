import { AUDIENCE, platforms, startApp } from '../support/app/start-app.js';
import { startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { accessToken, PATH, send, startIssuer, startService, statusOf } from './logout-service.js';

const MAX_STALENESS_MS = 500;

describe('[11-D] back-channel logout', () => {
  it.each(platforms)(
    'answers 503 on %s while the store or the keys are away, and the same token is good afterwards',
    async (platform) => {
      const redis = await startStandalone();
      const idp = await startIssuer();
      idp.isDown = true;
      const service = await startService(idp, { platform, redis: { url: redis.url, deadline: '300ms' } });
      const [token, mine] = [idp.logoutToken({ sub: 'ada' }), accessToken(idp)];
      const unavailable = async (): Promise<void> => {
        const answer = await send(service.url, token);
        expect(answer.status).toBe(503);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(answer.text).not.toContain(token);
      };
      await unavailable();
      idp.isDown = false;
      expect(await statusOf(service.url, mine)).toBe(200);
      await redis.kill();
      await unavailable();
      await redis.restart();
      await until('Redis answers', async () => (await send(service.url, token)).status === 200);
      expect(await statusOf(service.url, mine)).toBe(401);
      await service.close();
      await redis.stop();
    },
  );

  it.each([0, MAX_STALENESS_MS])(
    'acts on every instance within maxStaleness (%i ms), and counts once',
    async (maxStaleness) => {
      const redis = await startStandalone();
      const idp = await startIssuer();
      const options = {
        redis: { url: redis.url, deadline: '5s' },
        tokenBlacklist: { maxStaleness: `${maxStaleness}ms` },
      } as const;
      const [here, there] = [
        await startService(idp, options),
        await startService(idp, { ...options, platform: 'fastify' }),
      ];
      const tokens = [accessToken(idp, { sid: 'a' }), accessToken(idp, { sub: 'eve', sid: 'b' })];
      for (const token of tokens) expect(await statusOf(there.url, token)).toBe(200);
      const logouts = [idp.logoutToken({ sid: 'a' }), idp.logoutToken({ sub: 'eve' })];
      for (const logout of logouts) expect((await send(here.url, logout)).status).toBe(200);
      const acknowledged = performance.now();
      for (const token of tokens) expect(await statusOf(here.url, token)).toBe(401);
      for (const token of tokens)
        for (;;) {
          const begun = performance.now();
          if ((await statusOf(there.url, token)) === 401) break;
          expect(begun - acknowledged).toBeLessThanOrEqual(maxStaleness);
        }
      for (const logout of logouts) expect((await send(there.url, logout)).status).toBe(400);
      await Promise.all([here.close(), there.close()]);
      await redis.stop();
    },
  );

  it('is limited as every route is', async () => {
    const idp = await startIssuer();
    const service = await startService(idp, { throttler: { throttlers: [{ limit: 3, ttl: '1m' }] } });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count++) statuses.push((await send(service.url, 'nonsense')).status);
    expect(statuses).toEqual([400, 400, 400, 429]);
    await service.close();
  });

  it('is served only where it was asked for, and only with what it needs', async () => {
    const idp = await startIssuer();
    const base = { issuer: idp.issuer, audience: AUDIENCE, keys: { remote: { jwksUri: idp.jwksUri } } };
    const endpoints = { auth: false, wellKnown: false } as const;
    const plain = await startApp({
      options: { ...base, accessTokens: { foreign: {} } },
      extras: { endpoints },
    });
    expect((await send(plain.url, idp.logoutToken({ sub: 'ada' }))).status).toBe(404);
    await plain.close();
    const asked = { endpoints: { ...endpoints, backChannelLogout: PATH } };
    await expect(startApp({ options: base, extras: asked })).rejects.toThrow(
      'accessTokens.foreign: is required',
    );
    await expect(
      startApp({ options: { ...base, accessTokens: { foreign: {} } }, extras: asked }),
    ).rejects.toThrow('accessTokens.foreign.logoutAudience: is required');
    await expect(startApp({ options: { accessTokens: { foreign: {} } } })).rejects.toThrow(
      'so set endpoints.auth to false',
    );
  });
});
