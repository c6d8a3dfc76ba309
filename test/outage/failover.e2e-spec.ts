import { SampleApp } from '../sample/sample-app.js';
import {
  type ClusterRedis,
  currentMaster,
  type RedisNode,
  startCluster,
  startSentinel,
  untilReplicated,
} from '../support/redis/index.js';
import { persist } from './unavailable.js';

const MASTERS = 3;

/** Logs in, has the master that keeps the session killed, and expects the session to go on at the promoted replica. */
async function surviveLossOfMaster(
  redis: { readonly url: string; readonly nodes: readonly RedisNode[] },
  masterOfSession: () => Promise<RedisNode>,
): Promise<void> {
  const app = await SampleApp.start({ REDIS_URL: redis.url });
  try {
    const { access_token, refresh_token } = await app.login('demo', 'demo-password');
    await untilReplicated(redis.nodes);
    await (await masterOfSession()).kill();
    // The clients may be sent away once more while the topology settles.
    const me = (token: string) => persist(() => app.call('/me', { token }));
    expect((await me(access_token)).status).toBe(200);
    const { status, body } = await persist(() => app.refresh(refresh_token));
    expect(status).toBe(200);
    expect((await me(String(body['access_token']))).status).toBe(200);
  } finally {
    await app.stop();
  }
}

async function masterWithSession({ nodes }: ClusterRedis): Promise<RedisNode> {
  const masters = nodes.slice(0, MASTERS);
  const found = await Promise.all(masters.map((master) => master.command('keys', '*session:*')));
  const master = masters[found.findIndex((keys) => (keys as string[]).length > 0)];
  if (master === undefined) throw new Error('No master keeps a session');
  return master;
}

describe('a master is lost', () => {
  it('[obligation 61] Sentinel: 503 until the replica is promoted, then the same sessions', async () => {
    const redis = await startSentinel();
    try {
      await surviveLossOfMaster(redis, () => currentMaster(redis));
    } finally {
      await redis.stop();
    }
  });

  it('[obligation 61] Cluster: 503 until the replica is promoted, then the same sessions', async () => {
    const redis = await startCluster({ masters: MASTERS, replicas: 1 });
    try {
      await surviveLossOfMaster(redis, () => masterWithSession(redis));
    } finally {
      await redis.stop();
    }
  });
});
