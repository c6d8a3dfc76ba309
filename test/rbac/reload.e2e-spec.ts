import { Controller, Get, type INestApplication, Logger, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import {
  type AccessDefinition,
  LiveRoleGraph,
  Permissions,
  RbacModule,
  RoleSource,
} from 'nestjs-gatehouse/rbac';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { RedisSignal } from '../../libs/auth/src/redis/redis-signal.js';
import { startCluster, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { CallerGuard } from './caller.guard.js';

/** The table of roles all instances read. */
class SharedRoles extends RoleSource {
  definition: AccessDefinition = { roles: { user: { grants: ['posts:read'] } } };

  load(): Promise<AccessDefinition> {
    return Promise.resolve(this.definition);
  }
}

@Controller()
class PostsController {
  @Permissions('posts:write')
  @Get()
  write(): string {
    return 'written';
  }
}

type Connection = ConstructorParameters<typeof GuardedRedis>[0];

async function instance(source: RoleSource, connection: Connection): Promise<INestApplication> {
  const redis = new GuardedRedis(connection, { keySpace: new KeySpace('reload'), deadlineMs: 5_000 });
  @Module({
    imports: [RbacModule.forRoot({ source, signal: new RedisSignal(redis, 'roles') })],
    controllers: [PostsController],
    providers: [{ provide: APP_GUARD, useClass: CallerGuard }],
  })
  class InstanceModule {}
  const app = await NestFactory.create(InstanceModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  return app;
}

const statusAt = async (app: INestApplication): Promise<number> => {
  const caller = JSON.stringify({ subject: 'u', roles: ['user'] });
  return (await fetch(await app.getUrl(), { headers: { caller } })).status;
};

describe.each([
  ['stand-alone Redis', startStandalone],
  ['Redis Cluster', startCluster],
])('reload over %s', (_, start) => {
  const source = new SharedRoles();
  let apps: INestApplication[] = [];
  let stop = (): Promise<void> => Promise.resolve();

  beforeAll(async () => {
    Logger.overrideLogger(false);
    const redis = await start();
    stop = () => redis.stop();
    apps = [
      await instance(source, await redis.connect()),
      await instance(source, await redis.connect()),
      await instance(source, await redis.connect()),
    ];
  }, 60_000);
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await stop();
  });

  const statuses = (): Promise<number[]> => Promise.all(apps.map(statusAt));

  it('reaches every instance: redefining a role acts on the next check of tokens issued before', async () => {
    expect(await statuses()).toEqual([403, 403, 403]);
    source.definition = { roles: { user: { grants: ['posts:*'] } } };
    expect(await apps[0]?.get(LiveRoleGraph).reload()).toMatchObject({ verdict: 'reloaded' });
    await until('all instances have the new graph', async () =>
      (await statuses()).every((status) => status === 200),
    );
  });

  it('that is rejected changes nothing anywhere', async () => {
    source.definition = { roles: { user: { inherits: ['ghost'] } } };
    expect(await apps[1]?.get(LiveRoleGraph).reload()).toMatchObject({ verdict: 'rejected' });
    expect(await statuses()).toEqual([200, 200, 200]);
    expect(apps[1]?.get(LiveRoleGraph).health().status).toBe('degraded');
  });

  it('that was rejected is tried again, without another signal', async () => {
    const live = apps[1]?.get(LiveRoleGraph);
    expect(live?.health().status).toBe('degraded');
    source.definition = { roles: { user: { grants: ['posts:write'] } } };
    await until('the instance has caught up', () => live?.health().status === 'up');
    expect(live?.health().revision).toBe(3);
    expect(await statusAt(apps[1] as INestApplication)).toBe(200);
  });
});
