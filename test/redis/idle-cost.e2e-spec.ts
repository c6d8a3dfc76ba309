import { GatehouseHealth, RoleSource } from 'nestjs-gatehouse';
import { legacyOptions } from '../legacy/old-tokens.js';
import { startApp } from '../support/app/start-app.js';
import { startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';

/** What an instance may send in a second that nobody asks anything. */
const COMMANDS_A_SECOND = 50;
const LOOKS = 40;

class Roles extends RoleSource {
  load() {
    return Promise.resolve({ roles: { demo: { grants: [] } } });
  }
}

/** Calls of each command since the last reset, those of scripts included, without those of the test. */
function callsIn(stats: unknown): ReadonlyMap<string, number> {
  const calls = [...String(stats).matchAll(/^cmdstat_(\S+):calls=(\d+)/gm)];
  return new Map(
    calls
      .map(([, command = '', count]) => [command, Number(count)] as const)
      .filter(([command]) => !/^(?:info|config|hello)/.test(command)),
  );
}

it('an instance that nobody asks sends few commands, with the shortest bound and everything switched on', async () => {
  const redis = await startStandalone();
  const [node] = redis.nodes;
  const { app, close } = await startApp({
    platform: 'fastify',
    options: {
      redis: { url: redis.url },
      keys: { algorithm: 'ES256' },
      rbac: { source: new Roles() },
      apiKeys: true,
      legacy: legacyOptions(),
      tokenBlacklist: { maxStaleness: '100ms' },
      throttler: { throttlers: [{ limit: 100, ttl: '60s' }] },
    },
  });
  const health = app.get(GatehouseHealth);
  await node!.command('config', 'resetstat');
  const from = performance.now();
  let calls = new Map<string, number>() as ReadonlyMap<string, number>;
  await until('it has looked at revocations often', async () => {
    // Orchestrators ask.
    expect((await health.check()).status).toBe('up');
    calls = callsIn(await node!.command('info', 'commandstats'));
    return (calls.get('xread') ?? 0) >= LOOKS;
  });
  const seconds = (performance.now() - from) / 1000;
  const sent = [...calls.values()].reduce((sum, count) => sum + count, 0);
  expect({ sent, calls, isFew: sent <= COMMANDS_A_SECOND * seconds }).toMatchObject({ isFew: true });
  await close();
  await redis.stop();
});
