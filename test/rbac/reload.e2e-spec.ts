import { Controller, Get, Logger, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { type AccessDefinition, LiveRoleGraph, Permissions, RoleSource } from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { RedisSignal } from '../../libs/auth/src/redis/signals/redis-signal.js';
import { type RunningApp, startModule } from '../support/app/start-app.js';
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

async function instance(source: RoleSource, connection: Connection): Promise<RunningApp> {
  const redis = new GuardedRedis(connection, { keySpace: new KeySpace('reload'), deadlineMs: 5_000 });
  @Module({
    imports: [RbacModule.forRoot({ source, signal: new RedisSignal(redis, 'roles') })],
    controllers: [PostsController],
    providers: [{ provide: APP_GUARD, useClass: CallerGuard }],
  })
  class InstanceModule {}
  return startModule(InstanceModule, { logger: false });
}

const statusAt = async ({ url }: RunningApp): Promise<number> => {
  const caller = JSON.stringify({ subject: 'u', roles: ['user'] });
  return (await fetch(url, { headers: { caller } })).status;
};
const liveOf = ({ app }: RunningApp): LiveRoleGraph => app.get(LiveRoleGraph);

describe.each([
  ['stand-alone Redis', startStandalone],
  ['Redis Cluster', startCluster],
])('reload over %s', (_, start) => {
  const source = new SharedRoles();
  let apps: readonly [RunningApp, RunningApp, RunningApp];
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
    expect(await liveOf(apps[0]).reload()).toMatchObject({ verdict: 'reloaded' });
    await until('all instances have the new graph', async () =>
      (await statuses()).every((status) => status === 200),
    );
  });

  it('that is rejected changes nothing anywhere', async () => {
    source.definition = { roles: { user: { inherits: ['ghost'] } } };
    expect(await liveOf(apps[1]).reload()).toMatchObject({ verdict: 'rejected' });
    expect(await statuses()).toEqual([200, 200, 200]);
    expect(liveOf(apps[1]).health().status).toBe('degraded');
  });

  it('that was rejected is tried again, without another signal', async () => {
    const live = liveOf(apps[1]);
    expect(live.health().status).toBe('degraded');
    source.definition = { roles: { user: { grants: ['posts:write'] } } };
    await until('the instance has caught up', () => live.health().status === 'up');
    expect(live.health().revision).toBe(3);
    expect(await statusAt(apps[1])).toBe(200);
  });
});
