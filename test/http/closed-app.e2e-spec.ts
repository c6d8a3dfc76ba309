import { createHook } from 'node:async_hooks';
import { Client } from '../support/app/client.js';
import { startApp } from '../support/app/start-app.js';
import { everywhere, startMedium } from '../support/app/stores.js';
import { until } from '../support/until.js';

/** Where the timers of the library that are alive were started; also those that keep no process alive. */
function timersOfTheLibrary() {
  const alive = new Map<number, string>();
  const hook = createHook({
    init(id, type) {
      if (type !== 'Timeout') return;
      const places = new Error().stack?.split('\n').filter((line) => line.includes('libs/auth/src')) ?? [];
      if (places[0] !== undefined) alive.set(id, places[0].trim());
    },
    destroy: (id) => void alive.delete(id),
  }).enable();
  return { alive, stop: () => hook.disable() };
}

describe.each(everywhere)(
  'an app that was closed, on $platform and $medium',
  ({ platform, medium: kind }) => {
    it('has no timer of ours left: keys, stores, revocations and connections are let go of', async () => {
      const medium = await startMedium(kind);
      const timers = timersOfTheLibrary();
      try {
        const { url, close } = await startApp({
          platform,
          options: {
            ...(medium.redis && { redis: medium.redis, tokenBlacklist: { maxStaleness: '1s' } }),
            sessions: { reuseWindow: '1s' },
            apiKeys: true,
          },
        });
        const client = new Client(url);
        const { access_token: token } = await client.login();
        expect((await client.get('/auth/me', token)).status).toBe(200);
        expect([...timers.alive.values()].filter((place) => place.includes('watched-source'))).toHaveLength(
          1,
        );
        await close();
        await until('every timer is gone', () => timers.alive.size === 0, 10_000).catch(() => {});
        expect([...timers.alive.values()]).toEqual([]);
      } finally {
        timers.stop();
        await medium.stop();
      }
    });
  },
);
