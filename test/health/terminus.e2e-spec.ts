import { Controller, Get, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SkipThrottle } from '@nestjs/throttler';
import {
  HealthCheck,
  type HealthCheckResult,
  HealthCheckService,
  HealthIndicatorService,
  TerminusModule,
} from '@nestjs/terminus';
import { Public } from 'nestjs-gatehouse';
import { GatehouseHealthIndicator } from 'nestjs-gatehouse/terminus';
import { type Answer, Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';

@Public()
@SkipThrottle()
@Controller()
class ReadyController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly gatehouse: GatehouseHealthIndicator,
  ) {}

  @HealthCheck()
  @Get('ready')
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.gatehouse.isHealthy('gatehouse')]);
  }

  @HealthCheck()
  @Get('operators')
  operators(): Promise<HealthCheckResult> {
    return this.health.check([() => this.gatehouse.isHealthy('gatehouse', { showReasons: true })]);
  }
}

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [ReadyController],
  providers: [GatehouseHealthIndicator],
})
class ReadyModule {}

const up = { store: 'up', keys: 'up', rbac: 'up', throttler: 'up' };

describe.each(platforms)('[15] the health indicator for terminus on %s', (platform) => {
  let redis: StandaloneRedis;
  let running: RunningApp;
  let client: Client;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    redis = await startStandalone();
    running = await startApp({
      platform,
      logger: false,
      options: { redis: { url: redis.url, deadline: '2s' } },
      imports: [{ module: ReadyModule }],
    });
    client = new Client(running.url);
  });
  afterAll(async () => {
    await running.close();
    await redis.stop();
  });

  const ready = (): Promise<Answer> => client.get('/ready');

  it('is up, with the status of each component', async () => {
    const answer = await ready();
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'ok',
      details: { gatehouse: { status: 'up', components: up } },
    });
  });

  it('is degraded and no failure while Redis takes no writes', async () => {
    const admin = await redis.connect();
    await admin.call('config', 'set', 'maxmemory', '1');
    await client.post('/auth/login', { username: 'demo', password: 'demo-password' });
    await until('it is degraded', async () => {
      const { status, body } = await ready();
      expect(body).toMatchObject({ details: { gatehouse: { status: 'degraded' } } });
      return status === 200;
    });
    await admin.call('config', 'set', 'maxmemory', '0');
    await until('it is up', async () => (await ready()).body['status'] === 'ok');
  });

  it('is down while Redis is away, says why to operators alone, and is up when it is back', async () => {
    await redis.kill();
    await until('it is down', async () => (await ready()).status === 503);
    const { text, body } = await ready();
    expect(body).toMatchObject({
      error: { gatehouse: { status: 'down', components: { store: 'down', keys: 'up' } } },
    });
    expect(text).not.toMatch(/Redis|reason|since/);
    const told = await client.get('/operators');
    expect(told.body).toMatchObject({
      error: {
        gatehouse: { components: { store: { reason: expect.stringContaining('Redis: no connection') } } },
      },
    });
    await redis.restart();
    await until('it is up', async () => (await ready()).status === 200);
  });
});

describe('the health indicator', () => {
  it('says what is missing where AuthModule is not set up', async () => {
    const app = await NestFactory.createApplicationContext(ReadyModule, { logger: false });
    const told = app.get(GatehouseHealthIndicator).isHealthy('gatehouse');
    await expect(told).rejects.toThrow('needs AuthModule');
    await app.close();
  });

  it('is up with the detail on Terminus 11, which knows no third status', async () => {
    const degraded = { status: 'degraded', components: { store: { status: 'degraded', medium: 'redis' } } };
    const session = { up: (detail: object) => ({ gatehouse: { status: 'up', ...detail } }) };
    const app = { get: () => [{ auth: () => ({ health: { check: async () => degraded } }) }] };
    const indicator = new GatehouseHealthIndicator(
      { check: () => session } as unknown as HealthIndicatorService,
      app as never,
    );
    expect(await indicator.isHealthy('gatehouse')).toEqual({
      gatehouse: { status: 'up', components: { store: 'degraded' } },
    });
  });
});
