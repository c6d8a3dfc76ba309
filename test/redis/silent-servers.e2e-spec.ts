import { randomUUID } from 'node:crypto';
import type { Cluster, Redis } from 'ioredis';
import {
  type ClusterRedis,
  startCluster,
  startStandalone,
  type StandaloneRedis,
} from '../support/redis/index.js';
import { until } from '../support/until.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { slotOf } from '../../libs/auth/src/redis/outage/server-of.js';

const guard = (connection: Redis | Cluster, deadlineMs = 200): GuardedRedis =>
  new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs });

/** Whether a call is refused without waiting for anything but what is under way in this process. */
async function isRefusedAtOnce(redis: GuardedRedis, key: string): Promise<boolean> {
  const turn = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  const refused = redis.call('incr', key).then(
    () => false,
    () => true,
  );
  return Promise.race([refused, turn]);
}

const answers = (redis: GuardedRedis, key: string): Promise<boolean> =>
  redis.call('get', key).then(
    () => true,
    () => false,
  );

describe('a server that hangs', () => {
  let server: StandaloneRedis;
  beforeAll(async () => {
    server = await startStandalone();
  });
  afterEach(() => server.resume());
  afterAll(() => server.stop());

  it('costs one deadline, then calls are refused at once until it answers again', async () => {
    const redis = guard(await server.connect());
    const key = randomUUID();
    await server.hang();
    await expect(redis.call('get', key)).rejects.toMatchObject({ code: 'store_unavailable' });
    for (let call = 0; call < 100; call++) expect(await isRefusedAtOnce(redis, key)).toBe(true);
    await server.resume();
    await until('it is asked again', () => answers(redis, key));
    // None of the refused calls was kept and sent later.
    expect(await redis.call('get', key)).toBeNull();
    redis.close();
  });

  it('is forgotten with the first answer in time, with its listeners', async () => {
    const client = await server.connect();
    const listeners = () => ['ready', '+node'].map((event) => client.listenerCount(event));
    const redis = guard(client);
    const before = listeners();
    await server.hang();
    await redis.call('get', 'x').catch(() => {});
    expect(listeners()).not.toEqual(before);
    await server.resume();
    await until('it is asked again', () => answers(redis, 'x'));
    expect(listeners()).toEqual(before);
  });

  it('loses its connection, whose other end may be gone without a word', async () => {
    const client = await server.connect({ autoResendUnfulfilledCommands: false });
    const redis = guard(client);
    await server.hang();
    await redis.call('get', 'x').catch(() => {});
    await until('the connection was given up', () => client.status !== 'ready');
    await server.resume();
    await until('there is another one', () => answers(redis, 'x'));
  });

  it('leaves no timer or listener behind when the app ends meanwhile', async () => {
    const client = await server.connect();
    const listeners = () => ['ready', '+node', 'error'].map((event) => client.listenerCount(event));
    const before = listeners();
    const redis = guard(client);
    await server.hang();
    await redis.call('get', 'x').catch(() => {});
    redis.close();
    expect(listeners()).toEqual(before);
  });
});

describe('a server of a Cluster that hangs', () => {
  let cluster: ClusterRedis;
  beforeAll(async () => {
    cluster = await startCluster({ config: { 'cluster-node-timeout': '60000' } });
  });
  afterAll(() => cluster.stop());

  it('is refused for its own slots only', async () => {
    const client = await cluster.connect();
    const redis = guard(client);
    const [hung] = cluster.nodes;
    const keys = Array.from({ length: 40 }, () => randomUUID());
    const isHungs = (key: string) => client.slots[slotOf(key)]?.[0] === hung!.address;
    const [lost, found] = [keys.find(isHungs)!, keys.find((key) => !isHungs(key))!];
    await hung!.hang();
    await expect(redis.call('get', lost)).rejects.toMatchObject({ code: 'store_unavailable' });
    expect(await isRefusedAtOnce(redis, lost)).toBe(true);
    expect(await answers(redis, found)).toBe(true);
    // The connection to it is replaced as well.
    await until('it was given up', () => client.nodes().every((node) => node.options.port !== hung!.port));
    await hung!.resume();
    await until('it is asked again', () => answers(redis, lost));
  });

  it('is refused at once as well when the client has tried for long, and given up before the deadline', async () => {
    const lame = await startCluster({ masters: 3 });
    try {
      const client = await lame.connect({ maxRedirections: 5, retryDelayOnClusterDown: 50 });
      // More than the client takes, and less than twice as long.
      const redis = guard(client, 350);
      const key = randomUUID();
      await redis.call('set', key, 'there');
      await lame.nodes[0]!.kill();
      await until('the cluster is down', async () =>
        String(await lame.nodes[1]!.command('cluster', 'info')).includes('cluster_state:fail'),
      );
      await expect(redis.call('get', key)).rejects.toMatchObject({ code: 'store_unavailable' });
      expect(await isRefusedAtOnce(redis, key)).toBe(true);
      redis.close();
    } finally {
      await lame.stop();
    }
  });

  it('finds the slot of a key as Redis does', async () => {
    const keys = ['', 'foo', '{a}b', 'x{a}{b}', '{}a', 'a{b', 'ü', ...Array.from({ length: 50 }, randomUUID)];
    for (const key of keys.filter((each) => each !== '' && each !== '{}a'))
      expect([key, slotOf(key)]).toEqual([key, await cluster.nodes[0]!.command('cluster', 'keyslot', key)]);
  });
});
