import type { Cluster, Redis } from 'ioredis';
import { startCluster, startStandalone } from '../../../../../test/support/redis/index.js';
import { blacklistSettings, freshKeySpace } from '../../../../../test/support/sessions/session-media.js';
import { until } from '../../../../../test/support/until.js';
import { SystemClock } from '../../kernel/clock.js';
import { GuardedRedis } from '../../redis/guarded-redis.js';
import { createSessionId, SubjectKeys } from '../../subjects/subject-keys.js';
import { RecentRevocations } from './recent-revocations.js';
import { RevocationFeed } from './revocation-feed.js';

const BOUND_MS = 100;
const PARTITIONS = 64;

type Server = Awaited<ReturnType<typeof startStandalone | typeof startCluster>>;

/** A feed that is followed, and what it tells. */
async function followed(connection: Redis | Cluster) {
  const redis = new GuardedRedis(connection, { keySpace: freshKeySpace(), deadlineMs: 5_000 });
  const recent = new RecentRevocations(
    new SystemClock(),
    blacklistSettings({ maxStaleness: `${BOUND_MS}ms` }),
  );
  const feed = new RevocationFeed(redis.unasked, recent, BOUND_MS);
  await feed.follow();
  return { redis, recent, feed };
}

/** How often each command was called since the server started, by scripts as well. */
async function callsOf({ nodes }: Server): Promise<(command: string) => number> {
  const all = await Promise.all(nodes.map((node) => node.command('info', 'commandstats')));
  const calls = [...all.join('\n').matchAll(/^cmdstat_(\w+):calls=(\d+)/gm)];
  return (command) =>
    calls.filter(([, name]) => name === command).reduce((sum, [, , count]) => sum + Number(count), 0);
}

describe('the feed of revocations on stand-alone Redis', () => {
  let server: Server;
  let connection: Redis | Cluster;

  beforeAll(async () => {
    server = await startStandalone();
    connection = await server.connect();
  });

  afterAll(() => server.stop());

  it('is looked at by two commands, however many partitions there are, and twice in a bound', async () => {
    const { feed } = await followed(connection);
    const [before, from] = [await callsOf(server), performance.now()];
    let now = before;
    await until(
      'there were many looks',
      async () => (now = await callsOf(server))('xread') >= before('xread') + 20,
    );
    const elapsedMs = performance.now() - from;
    feed.close();
    const sent = (command: string): number => now(command) - before(command);
    expect(Math.abs(sent('xread') - sent('mget'))).toBeLessThanOrEqual(1);
    for (const command of ['evalsha', 'eval', 'get']) expect(sent(command)).toBe(0);
    // Timers never end early, but for a millisecond.
    expect(sent('xread')).toBeLessThanOrEqual(elapsedMs / (BOUND_MS / 2 - 1) + 1);
  });

  it('is read where it moved only, also by what an earlier release appended and nothing else tells of', async () => {
    const { feed, redis, recent } = await followed(connection);
    const sessions = ['ada', 'bob', 'ada'].map(createSessionId);
    const before = await callsOf(server);
    for (const each of sessions)
      await connection.xadd(SubjectKeys.ofSession(redis.keySpace, each).feed, '*', 'session', each);
    const acknowledged = performance.now();
    await until('all are known', () => feed.ageMs < performance.now() - acknowledged);
    feed.close();
    expect(recent.size).toBe(3);
    // Of two partitions, whether the look found two entries of one at once or not.
    expect((await callsOf(server))('evalsha') - before('evalsha')).toBeLessThanOrEqual(3);
  });

  it('answers nobody once it is older than the bound', async () => {
    const { feed } = await followed(connection);
    expect(feed.answers()).toBe(true);
    feed.close();
    await until('it is too old', () => feed.ageMs > BOUND_MS);
    expect(feed.answers()).toBe(false);
  });
});

describe('the feed of revocations on a Cluster', () => {
  let server: Server;

  beforeAll(async () => {
    server = await startCluster();
  }, 120_000);

  afterAll(async () => {
    jest.restoreAllMocks();
    await server.stop();
  });

  it('rests while nobody asks, answers nobody from an old copy, and wakes for whoever does', async () => {
    const { feed } = await followed(await server.connect());
    const [before] = [(await callsOf(server))('xread')];
    await until('there were looks', async () => (await callsOf(server))('xread') >= before + 2 * PARTITIONS);
    const now = performance.now.bind(performance);
    // As long as anybody stays awake.
    jest.spyOn(performance, 'now').mockImplementation(() => now() + 10_001);
    await until('it rests', () => feed.ageMs > 5 * BOUND_MS && feed.ageMs < 10_000);
    const resting = await callsOf(server);
    await until('it rested for a while', () => feed.ageMs > 15 * BOUND_MS);
    expect((await callsOf(server))('xread')).toBe(resting('xread'));
    expect(feed.answers()).toBe(false);
    await until('it has woken', () => feed.answers());
    await until(
      'it goes on',
      async () => (await callsOf(server))('xread') >= resting('xread') + 3 * PARTITIONS,
    );
    feed.close();
  });
});
