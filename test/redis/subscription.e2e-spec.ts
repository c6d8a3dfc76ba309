import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { Warnings } from '../support/app/warnings.js';
import { begunAtOnce } from '../support/begun-at-once.js';
import { RedisProxy } from '../support/redis/faults/redis-proxy.js';
import { currentMaster, startCluster, startSentinel, startStandalone } from '../support/redis/index.js';
import { ENDS_AT_ONCE } from '../support/redis/redis-fixture.js';
import { MASTER_NAME } from '../support/redis/sentinel.js';
import type { RedisClientOptions } from '../support/redis/standalone.js';
import { until } from '../support/until.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { openRedis } from '../../libs/auth/src/redis/open-redis.js';
import type { RedisConnection } from '../../libs/auth/src/redis/redis-connection.js';
import { parseRedisUrl } from '../../libs/auth/src/redis/redis-url.js';

const CHANNEL = 'test:{signal}:news';

const ends: (() => unknown)[] = [];
const endAll = async (): Promise<void> => {
  for (const end of ends.splice(0).toReversed()) await end();
};

/** Follows a channel over a connection, and counts. */
function follow(connection: RedisConnection) {
  const redis = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: 5_000 });
  ends.push(
    () => connection.disconnect(),
    () => redis.close(),
  );
  const heard = { signals: 0 };
  const subscription = redis.follow(CHANNEL, () => (heard.signals += 1));
  return { redis, heard, subscription };
}

async function proxied(): Promise<RedisProxy> {
  const server = await startStandalone();
  const proxy = await RedisProxy.start(server.nodes[0]!);
  ends.push(
    () => server.stop(),
    () => proxy.stop(),
  );
  return proxy;
}

function ofHost(options: RedisClientOptions): Redis {
  const client = new Redis({ ...ENDS_AT_ONCE, ...options });
  client.on('error', () => {});
  return client;
}

describe('a subscription whose network goes silent', () => {
  const networks: [string, () => Promise<{ proxy: RedisProxy; connection: RedisConnection }>][] = [
    [
      'of a connection of our own',
      async () => {
        const proxy = await proxied();
        return { proxy, connection: await openRedis(parseRedisUrl(`redis://${proxy.address}`)!) };
      },
    ],
    [
      'of a client of the host',
      async () => {
        const proxy = await proxied();
        const [host, port] = proxy.address.split(':');
        return { proxy, connection: ofHost({ host: host!, port: Number(port) }) };
      },
    ],
    [
      'of a client by way of sentinels',
      async () => {
        const server = await startSentinel();
        const master = await currentMaster(server);
        const proxy = await RedisProxy.start(master);
        ends.push(
          () => server.stop(),
          () => proxy.stop(),
        );
        const [host, port] = proxy.address.split(':');
        const natMap = { [master.address]: { host: host!, port: Number(port) } };
        const sentinels = server.sentinels.map((each) => ({ host: each.host, port: each.port }));
        return { proxy, connection: ofHost({ sentinels, name: MASTER_NAME, natMap }) };
      },
    ],
  ];

  const replaced = async (start: (typeof networks)[number][1]): Promise<void> => {
    const { proxy, connection } = await start();
    const { heard } = follow(connection);
    await until('it is subscribed', () => heard.signals > 0);
    await proxy.silence('accepted');
    const before = heard.signals;
    await proxy.pass();
    await until('it is followed up', () => heard.signals > before);
  };
  const endings = begunAtOnce(
    networks.map(
      ([, start]) =>
        () =>
          replaced(start),
    ),
  );

  it.each(networks.map(([name], at) => [name, at] as const))(
    '(%s) is replaced, and what was missed is looked for',
    (_name, at) => endings[at]!(),
  );
});

describe('a subscription that Redis restricts', () => {
  const log = new Warnings();
  beforeAll(() => Logger.overrideLogger(log));
  afterAll(async () => {
    await endAll();
    Logger.overrideLogger(['error']);
  });

  const forbidden = async (verb: string) => {
    const server = await startStandalone();
    ends.push(() => server.stop());
    const node = server.nodes[0]!;
    await node.command('acl', 'setuser', 'app', 'on', '>p', '~*', '&*', '+@all', `-${verb}`);
    return { node, ...follow(await server.connect({ username: 'app', password: 'p' })) };
  };
  const [subscribing, publishing] = begunAtOnce([
    async () => {
      const { node, heard } = await forbidden('subscribe');
      await until('the follower has looked more than once', () => heard.signals > 1);
      await node.command('acl', 'setuser', 'app', '+subscribe');
      await until('it is heard', async () => Number(await node.command('publish', CHANNEL, '1')) === 1);
    },
    async () => {
      const { heard } = await forbidden('publish');
      // Two of them because of the subscription: when it was made, and when it was ready.
      await until('the follower has looked more than once', () => heard.signals > 3);
    },
  ]);

  it('is looked after while Redis forbids it: the follower looks by itself', () => subscribing!());
  it('whose messages Redis forbids to send is looked after as well', () => publishing!());
  it('is told to operators once, and nothing else is', () => {
    expect(log.lines.toSorted()).toEqual([
      expect.stringContaining('forbids PUBLISH: roles and keys'),
      expect.stringContaining('forbids SUBSCRIBE: '),
    ]);
  });
});

describe('a subscription', () => {
  afterEach(endAll);

  it('wakes nothing while it rests', async () => {
    const server = await startStandalone();
    ends.push(() => server.stop());
    const { redis, heard, subscription } = follow(await openRedis(parseRedisUrl(server.url)!));
    await until('it is subscribed', () => heard.signals > 0);
    redis.rest();
    await until('it has ended', () => subscription.status === 'end');
    await subscription.ask();
    expect(subscription.status).toBe('end');
    const before = heard.signals;
    await redis.wake();
    await until('it is subscribed again', () => heard.signals > before);
  });

  it('is followed up when a Cluster client moved it to another server', async () => {
    const cluster = await startCluster();
    ends.push(() => cluster.stop());
    const { heard } = follow(await openRedis(parseRedisUrl(cluster.url)!));
    await until('it is subscribed', () => heard.signals > 0);
    const before = heard.signals;
    for (const node of cluster.nodes) await node.command('client', 'kill', 'type', 'pubsub');
    await until('it is followed up', () => heard.signals > before);
  });
});
