import { TokenBlacklistStore } from '../../libs/auth/src/token-blacklist/token-blacklist.store.js';
import { Client, type TokenPair } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';
import {
  currentMaster,
  type RedisNode,
  startCluster,
  startSentinel,
  untilReplicated,
} from '../support/redis/index.js';
import { masterOf, replicasOf, slotOf } from '../support/redis/faults/cluster-slots.js';
import { RedisProxy } from '../support/redis/faults/redis-proxy.js';
import { untilLookedAt } from '../support/sessions/looked-at.js';
import { MASTER_NAME } from '../support/redis/sentinel.js';
import { until } from '../support/until.js';

/** Somebody who is logged in to an app. */
class Somebody {
  private readonly client: Client;

  private constructor(
    private readonly app: RunningApp,
    private readonly tokens: TokenPair,
  ) {
    this.client = new Client(app.url);
  }

  static async at(app: RunningApp): Promise<Somebody> {
    return new Somebody(app, await new Client(app.url).login());
  }

  async logOut(): Promise<void> {
    const { status } = await this.client.post('/auth/logout', undefined, this.tokens.access_token);
    expect(status).toBe(204);
    await untilLookedAt(this.app.app.get(TokenBlacklistStore).journal);
  }

  /** Waits until they are refused, and sees that they stay so. */
  async expectRefused(): Promise<void> {
    const me = () => this.client.get('/auth/me', this.tokens.access_token);
    await until('the access token is refused', async () => (await me()).status === 401);
    expect((await this.client.refresh(this.tokens.refresh_token)).status).toBe(400);
    expect((await me()).status).toBe(401);
  }
}

/** Starts an app on each platform, has somebody log in, log out behind a partition, and expects the end of it to hold. */
async function logOutDuring(
  url: string,
  partition: { begin(): Promise<void>; end(apps: readonly RunningApp[]): Promise<void> },
): Promise<void> {
  const apps = await Promise.all(
    platforms.map((platform) => startApp({ platform, logger: false, options: { redis: { url } } })),
  );
  try {
    const people = await Promise.all(apps.map((app) => Somebody.at(app)));
    await partition.begin();
    await Promise.all(people.map((each) => each.logOut()));
    await partition.end(apps);
    await Promise.all(people.map((each) => each.expectRefused()));
  } finally {
    await Promise.all(apps.map((app) => app.close()));
  }
}

describe('[09] a logout that was acknowledged by the losing side of a partition holds', () => {
  it('Sentinel: app and old master on one side, the promotion on the other', async () => {
    const redis = await startSentinel();
    const proxy = await RedisProxy.start(redis.sentinels[0]!);
    try {
      let old: RedisNode;
      await logOutDuring(`redis+sentinel://${proxy.address}/${MASTER_NAME}`, {
        async begin() {
          await untilReplicated(redis.nodes);
          old = await currentMaster(redis);
          await proxy.silence('accepted');
          await redis.sentinels[0]!.command('sentinel', 'failover', MASTER_NAME);
          await until('the replica is promoted', async () => (await currentMaster(redis)) !== old);
          // From here on the old master is nobody's: sentinels demote it after ten seconds and more.
          await until('it is a master', async () => isMaster(await currentMaster(redis)));
        },
        async end() {
          const promoted = await currentMaster(redis);
          await proxy.pass();
          await proxy.reset();
          await old.command('replicaof', promoted.host, promoted.port);
          await old.command('client', 'kill', 'type', 'normal');
        },
      });
    } finally {
      await proxy.stop();
      await redis.stop();
    }
  });

  it('Cluster: a replica whose link was cut takes over', async () => {
    const redis = await startCluster({ masters: 3, replicas: 1 });
    try {
      let replica: RedisNode;
      await logOutDuring(redis.url, {
        async begin() {
          await untilReplicated(redis.nodes);
          const master = await masterOf(redis, await slotOf(redis, '*session:*'));
          [replica] = (await replicasOf(redis, master)) as [RedisNode];
          // A password that the master doesn't ask for keeps the link from being made again.
          await replica.command('config', 'set', 'masterauth', 'wrong');
          await master.command('client', 'kill', 'type', 'replica');
          await until('the link is cut', async () =>
            /master_link_status:down/.test(await replicationOf(replica)),
          );
        },
        async end() {
          await replica.command('cluster', 'failover', 'takeover');
          await until('all agree', async () => {
            const slot = await slotOf(redis, '*session:*');
            return (await masterOf(redis, slot).catch(() => undefined)) === replica;
          });
        },
      });
    } finally {
      await redis.stop();
    }
  });
});

async function replicationOf(node: RedisNode): Promise<string> {
  return String(await node.command('info', 'replication'));
}

async function isMaster(node: RedisNode): Promise<boolean> {
  return (await replicationOf(node)).includes('role:master');
}
