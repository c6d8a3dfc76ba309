import { Controller, Get } from '@nestjs/common';
import {
  type AccessDefinition,
  KeyRotationService,
  LiveRoleGraph,
  Permissions,
  RoleSource,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { type Platform, platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import { RedisProxy } from '../support/redis/faults/redis-proxy.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';

/** The table of roles that both instances read. */
class SharedRoles extends RoleSource {
  definition: AccessDefinition = { roles: { demo: { grants: ['posts:write'] } } };

  load(): Promise<AccessDefinition> {
    return Promise.resolve(this.definition);
  }
}

@Controller()
class Posts {
  @Permissions('posts:write')
  @Get('posts')
  write(): string {
    return 'written';
  }
}

const NARROW: AccessDefinition = {
  roles: { demo: { grants: ['posts:read'] } },
  permissions: ['posts:write'],
};

/** Two instances on one Redis; what a network does to each of them can be chosen. */
class Pair {
  readonly roles = new SharedRoles();
  redis!: StandaloneRedis;
  networks!: readonly [RedisProxy, RedisProxy];
  apps!: readonly [RunningApp, RunningApp];

  static async start(platform: Platform, forbidden: readonly string[] = []): Promise<Pair> {
    const pair = new Pair();
    pair.redis = await startStandalone();
    const [node] = pair.redis.nodes;
    await node!.command('acl', 'setuser', 'follower', 'on', '>p', '~*', '&*', '+@all', ...forbidden);
    pair.networks = [await RedisProxy.start(node!), await RedisProxy.start(node!)];
    const start = (login: string, { address }: RedisProxy): Promise<RunningApp> =>
      startApp({
        platform,
        logger: false,
        controllers: [Posts],
        options: {
          // Long enough for a busy machine; what is missed here is told of, not waited for.
          redis: { url: `redis://${login}${address}`, deadline: '2s' },
          // By itself nobody looks at the keys for as long as a test takes.
          keys: { algorithm: 'ES256', refreshEvery: '1h' },
          rbac: { source: pair.roles },
          throttler: false,
        },
      });
    const [first, second] = pair.networks;
    pair.apps = [await start('', first), await start('follower:p@', second)];
    return pair;
  }

  /** Statuses of both instances. */
  statuses(token: string): Promise<readonly number[]> {
    return Promise.all(this.apps.map(async ({ url }) => (await new Client(url).get('/posts', token)).status));
  }

  async publicKeys(of: 0 | 1): Promise<unknown> {
    return (await new Client(this.apps[of].url).get('/.well-known/jwks.json')).body['keys'];
  }

  /** How many listen for a signal. */
  async listeners(signal: 'role-graph' | 'keys'): Promise<number> {
    const [node] = this.redis.nodes;
    const [, count] = (await node!.command('pubsub', 'numsub', `gatehouse:{signal}:${signal}`)) as unknown[];
    return Number(count);
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
    await Promise.all(this.networks.map((network) => network.stop()));
    await this.redis.stop();
  }
}

describe.each(platforms)('an instance that misses the signal of another one (%s)', (platform) => {
  let pair: Pair;
  afterEach(() => pair.close());

  const faults = [
    {
      fault: 'its subscriptions went silent without a FIN',
      begin: async () => pair.networks[1].silenceSubscriptions(),
    },
    {
      fault: 'its subscriptions were ended',
      begin: () => pair.redis.nodes[0]!.command('client', 'kill', 'type', 'pubsub'),
    },
    { fault: 'it may not subscribe', forbidden: ['-subscribe'], begin: async () => {} },
  ];

  it.each(faults)('follows within seconds: $fault', async ({ begin, forbidden }) => {
    pair = await Pair.start(platform, forbidden);
    const [changing] = pair.apps;
    const { access_token: token } = await new Client(changing.url).login();
    expect(await pair.statuses(token)).toEqual([200, 200]);
    const count = forbidden === undefined ? 2 : 1;
    for (const signal of ['role-graph', 'keys'] as const)
      await until('all subscribe', async () => (await pair.listeners(signal)) === count);

    await begin();
    pair.roles.definition = NARROW;
    await changing.app.get(LiveRoleGraph).reload();
    expect((await pair.statuses(token))[0]).toBe(403);
    await until('it has the narrower roles', async () => (await pair.statuses(token))[1] === 403);

    await begin();
    await changing.app.get(KeyRotationService).rotate({ compromised: true });
    // What the key signed is refused at once, whoever still has it.
    expect(await pair.statuses(token)).toEqual([401, 401]);
    const { access_token: fresh } = await new Client(changing.url).login();
    const keys = await pair.publicKeys(0);
    await until('it trusts the new key only', async () => {
      expect(await pair.publicKeys(1)).toEqual(keys);
      return true;
    });
    expect(await pair.statuses(fresh)).toEqual([403, 403]);
  });

  it('has the narrower roles although the other one could not tell of them when they changed', async () => {
    pair = await Pair.start(platform);
    const { access_token: token } = await new Client(pair.apps[0].url).login();
    expect(await pair.statuses(token)).toEqual([200, 200]);
    await until('all subscribe', async () => (await pair.listeners('role-graph')) === 2);
    await pair.networks[0].cut();
    pair.roles.definition = NARROW;
    await pair.apps[0].app.get(LiveRoleGraph).reload();
    await pair.networks[0].pass();
    await until('the other one follows', async () => (await pair.statuses(token))[1] === 403);
  });
});
