import { Controller, Get, Injectable } from '@nestjs/common';
import { SkipThrottle } from '@nestjs/throttler';
import { type AuthModuleOptions, GatehouseHealth, type HealthReport, Public } from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import {
  type Fault,
  full,
  hung,
  killed,
  readOnly,
  sentinelMasterLost,
  startStage,
  wrongPassword,
} from '../support/redis/faults/index.js';
import { startCluster, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';

/** A host's own use of it. */
@Public()
@SkipThrottle()
@Injectable()
@Controller('health')
class HostHealth {
  constructor(private readonly health: GatehouseHealth) {}

  @Get()
  check(): Promise<HealthReport> {
    return this.health.check();
  }
}

const UP = { status: 'up' };

/** An app that nobody calls but for its health. */
class Stand {
  private constructor(private readonly running: RunningApp) {}

  static async start(
    platform: (typeof platforms)[number],
    options: Partial<AuthModuleOptions> = {},
  ): Promise<Stand> {
    return new Stand(await startApp({ platform, logger: false, controllers: [HostHealth], options }));
  }

  async report(): Promise<HealthReport> {
    const { status, body } = await new Client(this.running.url).get<HealthReport>('/health');
    expect(status).toBe(200);
    return body;
  }

  async until(status: HealthReport['status']): Promise<HealthReport> {
    await until(`the app is ${status}`, async () => (await this.report()).status === status);
    return this.report();
  }

  client(): Client {
    return new Client(this.running.url);
  }

  close(): Promise<void> {
    return this.running.close();
  }
}

it.each(platforms)('[obligation 61] is up in memory (%s)', async (platform) => {
  const stand = await Stand.start(platform);
  const store = { ...UP, medium: 'memory' };
  expect(await stand.report()).toEqual({
    status: 'up',
    components: { store, keys: UP, rbac: UP, throttler: UP },
  });
  await stand.close();
});

interface Row {
  readonly fault: Fault;
  readonly status: 'degraded' | 'down';
}

describe('[obligation 61] without a call from anybody, health says', () => {
  const expectReports = async (stands: readonly Stand[], { status }: Row): Promise<void> => {
    for (const stand of stands) {
      const { components } = await stand.until(status);
      expect(components).toMatchObject({
        store: { status, medium: 'redis', reason: expect.stringMatching(/^Redis: /) as string },
        throttler: { status: 'degraded', reason: expect.stringContaining('in this process') as string },
        rbac: UP,
      });
      expect(components.keys.status).not.toBe('down');
      expect(JSON.stringify(components)).not.toMatch(/127\.0\.0\.1|localhost|app-password/);
    }
  };

  describe.each([
    {
      kind: 'standalone' as const,
      rows: [
        { fault: killed(), status: 'down' },
        { fault: hung(), status: 'down' },
        { fault: wrongPassword(), status: 'down' },
        { fault: readOnly(), status: 'degraded' },
        { fault: full(), status: 'degraded' },
      ] satisfies Row[],
    },
    {
      kind: 'sentinel' as const,
      rows: [{ fault: sentinelMasterLost('hung'), status: 'down' }] satisfies Row[],
    },
  ])('of $kind Redis', ({ kind, rows }) => {
    let stage: Awaited<ReturnType<typeof startStage>>;
    let stands: readonly Stand[];

    beforeAll(async () => {
      stage = await startStage(kind);
      const options = { redis: { url: stage.url } };
      stands = await Promise.all(platforms.map((platform) => Stand.start(platform, options)));
    });
    afterAll(async () => {
      await Promise.all(stands.map((stand) => stand.close()));
      await stage.stop();
    });

    it.each<Row>(rows)('$status while it is $fault.name, and up when it is over', async (row) => {
      for (const stand of stands) await stand.until('up');
      await row.fault.begin(stage);
      try {
        await expectReports(stands, row);
      } finally {
        await row.fault.end(stage);
      }
      for (const stand of stands) await stand.until('up');
    });
  });

  it('degraded while one master of a Cluster hangs', async () => {
    const cluster = await startCluster({ config: { 'cluster-node-timeout': '60000' } });
    const stand = await Stand.start('fastify', { redis: { url: cluster.url } });
    await stand.until('up');
    await cluster.nodes[2]!.hang();
    // On a busy machine another one may be late for a moment.
    await until('one is missed', async () => {
      const { status, components } = await stand.report();
      return status === 'degraded' && components.store.reason?.endsWith('(1 of 3 servers)') === true;
    });
    await cluster.nodes[2]!.resume();
    await stand.until('up');
    await stand.close();
    await cluster.stop();
  });
});

it.each(platforms)(
  '[obligation 61] is degraded while tokens are checked against a copy, and down when that is too old (%s)',
  async (platform) => {
    const redis = await startStandalone();
    const stand = await Stand.start(platform, {
      redis: { url: redis.url },
      tokenBlacklist: { maxStaleness: '5s' },
    });
    const { access_token: token } = await stand.client().login();
    expect((await stand.client().get('/auth/me', token)).status).toBe(200);
    await redis.hang();
    const { components } = await stand.until('degraded');
    expect(components.store.reason).toContain('against the copy');
    await stand.until('down');
    expect((await stand.client().get('/auth/me', token)).status).toBe(503);
    await redis.resume();
    await stand.until('up');
    await stand.close();
    await redis.stop();
  },
);

it.each(platforms)('is down where limits are closed (%s)', async (platform) => {
  const redis = await startStandalone();
  const stand = await Stand.start(platform, {
    redis: { url: redis.url },
    throttler: {
      throttlers: [{ limit: 1_000_000, ttl: '60s', skipIf: () => true }],
      onStoreFailure: 'closed',
    },
  });
  await stand.until('up');
  await redis.hang();
  expect((await stand.until('down')).components.throttler.status).toBe('down');
  await redis.resume();
  await stand.until('up');
  await stand.close();
  await redis.stop();
});

it.each(platforms)(
  'is down in an app that started without Redis, until that is there (%s)',
  async (platform) => {
    const redis = await startStandalone();
    await redis.kill();
    const stand = await Stand.start(platform, { redis: { url: redis.url } });
    const { components } = await stand.until('down');
    expect(components.store.status).toBe('down');
    await redis.restart();
    await stand.until('up');
    await stand.close();
    await redis.stop();
  },
);

it('takes a client of the host, and says that the app has ended', async () => {
  const redis = await startStandalone();
  const client = await redis.connect({ enableOfflineQueue: false });
  const running = await startApp({ logger: false, options: { redis: { client } } });
  const health = running.app.get(GatehouseHealth);
  expect((await health.check()).status).toBe('up');
  await redis.hang();
  await until('the app is down', async () => (await health.check()).status === 'down');
  await redis.resume();
  await until('the app is up', async () => (await health.check()).status === 'up');
  await running.close();
  expect((await health.check()).components.store).toEqual({
    status: 'down',
    medium: 'redis',
    reason: 'the app has ended',
  });
  await redis.stop();
});
