import { Logger } from '@nestjs/common';
import {
  type Fault,
  full,
  hung,
  killed,
  noPermission,
  readOnly,
  refused,
  silent,
  type Stage,
  startStage,
  wrongPassword,
} from '../support/redis/faults/index.js';
import { type ClusterRedis, startCluster } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';
import { openRedis } from '../../libs/auth/src/redis/open-redis.js';
import { parseRedisUrl } from '../../libs/auth/src/redis/redis-url.js';

const DEADLINE_MS = 200;

async function open(url: string): Promise<GuardedRedis> {
  const connection = await openRedis(parseRedisUrl(url)!);
  return new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: DEADLINE_MS });
}

function close(redis: GuardedRedis | undefined): void {
  redis?.close();
  redis?.rawConnection().disconnect();
}

const untilStatus = (redis: GuardedRedis, status: string): Promise<void> =>
  until(`it is ${status}`, async () => (await redis.condition()).status === status);

/** Whether it is told without waiting for anything but what is under way in this process. */
async function isToldAtOnce(redis: GuardedRedis): Promise<boolean> {
  const turn = new Promise<false>((resolve) => setImmediate(() => resolve(false)));
  return Promise.race([redis.condition().then(() => true), turn]);
}

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => Logger.overrideLogger(['error', 'warn', 'log']));

interface Row {
  readonly fault: Fault;
  readonly status: 'degraded' | 'down';
  readonly reason: RegExp;
  /** What it is soon after the end. @default 'up' */
  readonly after?: 'up' | 'degraded';
}

describe('the condition of one server', () => {
  let stage: Stage;
  let redis: GuardedRedis;
  const asked = (): number => stage.proxies[0]!.passed('set');

  beforeAll(async () => {
    stage = await startStage('proxied');
  });
  beforeEach(async () => {
    redis = await open(stage.url);
  });
  afterEach(() => close(redis));
  afterAll(() => stage.stop());

  it('is one question for all who ask together or soon after, and leaves nothing in Redis', async () => {
    const before = asked();
    const conditions = await Promise.all(Array.from({ length: 100 }, () => redis.condition()));
    for (let call = 0; call < 100; call++) conditions.push(await redis.condition());
    expect(new Set(conditions.map(({ status }) => status))).toEqual(new Set(['up']));
    // A second may have passed on a busy machine.
    expect(asked() - before).toBeLessThan(4);
    expect(await stage.nodes[0]!.command('dbsize')).toBe(0);
  });

  it.each<Row>([
    { fault: killed(), status: 'down', reason: /^Redis: (no connection|the connection was lost|it still)/ },
    { fault: refused(), status: 'down', reason: /^Redis: (no connection \(\w+\)|the connection was lost)$/ },
    {
      fault: hung(),
      status: 'down',
      reason: /^Redis: (a call got no answer within 200 ms|it still does not answer)$/,
    },
    { fault: silent('refused'), status: 'down', reason: /^Redis: / },
    {
      fault: wrongPassword(),
      status: 'down',
      reason: /^Redis: (no connection \((WRONGPASS|NOAUTH): |the connection was lost)/,
    },
    // Calls of other commands may be refused for half a minute more, for all that the question shows.
    { fault: noPermission(), status: 'down', reason: /^Redis: NOPERM: the user may not/, after: 'degraded' },
    { fault: readOnly(), status: 'degraded', reason: /^Redis: READONLY: it takes no writes/ },
    { fault: full(), status: 'degraded', reason: /^Redis: OOM: its memory is full/ },
  ])('while it is $fault.name', async ({ fault, status, reason, after = 'up' }: Row) => {
    await untilStatus(redis, 'up');
    await fault.begin(stage);
    const startedAt = Date.now();
    try {
      await untilStatus(redis, status);
      await until('it says why', async () => reason.test((await redis.condition()).reason ?? ''));
      const told = await redis.condition();
      expect(JSON.stringify(told)).not.toMatch(/127\.0\.0\.1|app-password/);
      expect(told.since).toBeGreaterThanOrEqual(startedAt - 1);
      expect(told.since).toBeLessThanOrEqual(Date.now());
    } finally {
      await fault.end(stage);
    }
    await untilStatus(redis, after);
  });

  it('is told at once, and asks nothing, while a call is known to have got no answer', async () => {
    await untilStatus(redis, 'up');
    await stage.nodes[0]!.hang();
    try {
      await redis.call('get', 'x').catch(() => {});
      const before = asked();
      for (let call = 0; call < 100; call++) expect(await isToldAtOnce(redis)).toBe(true);
      expect((await redis.condition()).status).toBe('down');
      expect(asked()).toBe(before);
    } finally {
      await stage.nodes[0]!.resume();
    }
    await untilStatus(redis, 'up');
  });

  it('is degraded while calls that write make the client leave a read-only server', async () => {
    const fault = readOnly();
    await untilStatus(redis, 'up');
    await fault.begin(stage);
    const { proxies } = stage;
    const seen: Record<string, number> = {};
    try {
      await untilStatus(redis, 'degraded');
      // As many as it takes to leave it some times.
      const before = proxies[0]!.passed('info');
      await until('it was left three times', async () => {
        await redis.call('set', 'x', '1').catch(() => {});
        const { status } = await redis.condition();
        seen[status] = (seen[status] ?? 0) + 1;
        return proxies[0]!.passed('info') >= before + 3;
      });
    } finally {
      await fault.end(stage);
    }
    expect(Object.keys(seen)).toEqual(['degraded']);
    await untilStatus(redis, 'up');
  });

  it('says that some commands are refused, which the question does not show', async () => {
    await stage.nodes[0]!.command('acl', 'setuser', 'app', '-incr');
    await redis.call('incr', 'x').catch(() => {});
    expect(await redis.condition()).toMatchObject({
      status: 'degraded',
      reason: 'Redis: NOPERM: the user may not use a command, key or channel of ours (ACL)',
    });
    await stage.nodes[0]!.command('acl', 'setuser', 'app', '+incr');
  });

  it('neither wakes nor uses a connection that rests', async () => {
    redis.rest();
    const before = redis.idleMs;
    expect(await redis.condition()).toEqual({ status: 'down', reason: 'the app is still starting' });
    await redis.wake();
    await untilStatus(redis, 'up');
    expect(redis.idleMs).toBeGreaterThan(before);
  });

  it('is down once the app has ended', async () => {
    const before = asked();
    close(redis);
    expect(await redis.condition()).toEqual({ status: 'down', reason: 'the app has ended' });
    expect(asked()).toBe(before);
  });
});

it('is down while the server was never there, and up when it is', async () => {
  const stage = await startStage('standalone');
  await stage.nodes[0]!.kill();
  const redis = await open(stage.url);
  try {
    expect((await redis.condition()).status).toBe('down');
    await stage.nodes[0]!.restart();
    await untilStatus(redis, 'up');
  } finally {
    close(redis);
    await stage.stop();
  }
});

describe('the condition of a Cluster', () => {
  let cluster: ClusterRedis;
  let redis: GuardedRedis;

  beforeAll(async () => {
    cluster = await startCluster({ config: { 'cluster-node-timeout': '60000' } });
    redis = await open(cluster.url);
  });
  afterAll(async () => {
    close(redis);
    await cluster.stop();
  });

  it('counts the servers that are away, and names none', async () => {
    expect(await redis.condition()).toEqual({ status: 'up' });
    const [first, ...others] = cluster.nodes;
    await first!.hang();
    await until(
      'one is missed',
      async () => (await redis.condition()).reason?.endsWith(' (1 of 3 servers)') === true,
    );
    expect((await redis.condition()).status).toBe('degraded');
    await Promise.all(others.map((node) => node.hang()));
    await untilStatus(redis, 'down');
    await cluster.resume();
    await untilStatus(redis, 'up');
  });
});
