import { Logger } from '@nestjs/common';
import { Redis } from 'ioredis';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { Warnings } from '../support/app/warnings.js';
import { until } from '../support/until.js';
import { GuardedRedis } from '../../libs/auth/src/redis/guarded-redis.js';
import { KeySpace } from '../../libs/auth/src/redis/key-space.js';

describe('Troubles', () => {
  let server: StandaloneRedis;
  let log: Warnings;
  beforeAll(async () => {
    server = await startStandalone();
  });
  beforeEach(() => Logger.overrideLogger((log = new Warnings())));
  afterEach(() => server.resume());
  afterAll(async () => {
    Logger.overrideLogger(['error']);
    await server.stop();
  });

  const guard = async (client?: Redis): Promise<GuardedRedis> =>
    new GuardedRedis(client ?? (await server.connect()), { keySpace: new KeySpace('test'), deadlineMs: 200 });
  const askManyTimes = (redis: GuardedRedis, ...command: [string, ...string[]]) =>
    Promise.allSettled(Array.from({ length: 200 }, () => redis.call(...command)));
  const isTrue = () => true;
  const isFalse = () => false;
  const untilWell = (redis: GuardedRedis) =>
    until('all is well', async () => {
      await redis.call('ping').catch(() => {});
      return redis.troubles.known.size === 0;
    });

  it('is one line when calls are refused and one when they pass again, however many they are', async () => {
    const redis = await guard();
    await server.hang();
    await askManyTimes(redis, 'get', 'x');
    await askManyTimes(redis, 'get', 'x');
    expect([...redis.troubles.known.values()]).toMatchObject([{ isOutage: true, refused: 400 }]);
    expect(log.lines).toEqual([
      "Redis can't be used: a call got no answer within 200 ms. What can't be decided without it is answered 503.",
    ]);
    await server.resume();
    await untilWell(redis);
    expect(log.said).toEqual([
      expect.stringMatching(
        /^Redis can be used again after \d+\.\d s \(a call got no answer .*\); \d+ calls/,
      ),
    ]);
  });

  it('says why there is no connection', async () => {
    await server.kill();
    const lost = new Redis({
      port: server.nodes[0]!.port,
      host: server.nodes[0]!.host,
      enableOfflineQueue: false,
    });
    const redis = await guard(lost);
    await until('it was refused', () => lost.status === 'reconnecting');
    await askManyTimes(redis, 'get', 'x');
    expect(log.lines).toEqual([
      expect.stringMatching(/no connection \(connect ECONNREFUSED 127\.0\.0\.1:\d+\)/),
    ]);
    await server.restart();
    await untilWell(redis);
    // What kept it away the last time says nothing about the next.
    log.lines.length = 0;
    lost.disconnect(true);
    await until('it was lost again', () => lost.status !== 'ready');
    await askManyTimes(redis, 'get', 'x');
    expect(log.lines).toEqual([expect.stringMatching(/: no connection \(it was closed\)\. /)]);
    redis.close();
    lost.disconnect();
  });

  it('says with the first refusal after the end of a server that the connection was closed', async () => {
    const [ours, idle] = [await guard(), await server.connect()];
    await server.kill();
    await until('it was noticed', () => idle.status !== 'ready');
    await until('the first call was refused', () => ours.call('get', 'x').then(isFalse, isTrue));
    await askManyTimes(ours, 'get', 'x');
    expect(log.lines).toEqual([
      expect.stringMatching(
        /: (no connection \((it was closed|connect ECONN.*)\)|the connection was lost.*)\. What/,
      ),
    ]);
    ours.close();
    await server.restart();
  });

  it('says that a client was ended', async () => {
    const client = await server.connect();
    const redis = await guard(client);
    client.disconnect();
    await until('it has ended', () => client.status === 'end');
    await redis.call('get', 'x').catch(() => {});
    expect(log.lines).toEqual([expect.stringContaining('no connection (the client was ended)')]);
    redis.close();
  });

  it('counts calls, and not what the process asks by itself', async () => {
    const redis = await guard();
    redis.losses.protect({ revisions: ['counter'], onLoss: async () => {} });
    await server.hang();
    await redis.losses.check(['counter']).catch(() => {});
    await redis.condition();
    await redis.unasked.call('get', 'x').catch(() => {});
    await redis.unasked.values(['x']).catch(() => {});
    expect([...redis.troubles.known.values()]).toMatchObject([{ isOutage: true, refused: 0 }]);
    await askManyTimes(redis, 'get', 'x');
    expect([...redis.troubles.known.values()]).toMatchObject([{ isOutage: true, refused: 200 }]);
    await server.resume();
    await untilWell(redis);
    expect(log.said).toEqual([expect.stringMatching(/; 2\d\d calls were refused\.$/)]);
    redis.close();
  });

  it('counts a call that is refused because what it depends on can not be looked at', async () => {
    const redis = await guard();
    redis.saw('counter', 1);
    redis.losses.protect({ revisions: ['counter'], onLoss: async () => {} });
    await redis.losses.check(['counter']);
    redis.losses.doubtful.add('counter');
    await server.hang();
    await askManyTimes(redis, 'get', 'x');
    expect([...redis.troubles.known.values()]).toMatchObject([{ isOutage: true, refused: 200 }]);
    redis.close();
  });

  it('says why there is no connection yet', async () => {
    await server.kill();
    const { host, port } = server.nodes[0]!;
    const early = new Redis({ host, port, enableOfflineQueue: false });
    const redis = await guard(early);
    await redis.call('get', 'x').catch(() => {});
    expect(log.lines).toEqual([expect.stringMatching(/no connection \(connect ECONNREFUSED /)]);
    redis.close();
    early.disconnect();
    await server.restart();
  });

  it('says what a reply means and nothing of what was sent', async () => {
    const redis = await guard();
    await redis.call('set', 'text', 'secret');
    await askManyTimes(redis, 'lpush', 'text', 'my secret');
    await askManyTimes(redis, 'no-such-command', 'my secret');
    expect(log.lines).toEqual([
      expect.stringContaining('WRONGTYPE: a key of ours holds something else'),
      expect.stringContaining('ERR: it refused a command'),
    ]);
    expect(log.lines.join()).not.toContain('secret');
    expect([...redis.troubles.known.values()]).toMatchObject([{ isOutage: false }, { isOutage: false }]);
  });

  it('does not take writes for possible again because something is read meanwhile', async () => {
    const redis = await guard();
    await redis.call('set', 'text', 'x');
    let now = performance.now();
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    for (let second = 0; second < 60; second += 5) {
      await askManyTimes(redis, 'lpush', 'text', 'x');
      now += 5_000;
      await redis.call('get', 'text');
    }
    expect(log.lines).toEqual([expect.stringContaining('WRONGTYPE')]);
    expect(log.said).toEqual([]);
    now += 30_000;
    await redis.call('get', 'text');
    expect(log.said).toEqual([expect.stringMatching(/again after 55\.0 s/)]);
    clock.mockRestore();
  });

  it('knows no trouble in a question that may stay without an answer', async () => {
    const redis = await guard();
    expect(await redis.ask('no-such-command')).toBeUndefined();
    expect(await redis.ask('ping')).toBe('PONG');
    expect(log.lines).toEqual([]);
  });

  it('knows no trouble at the end of the app', async () => {
    const redis = await guard();
    redis.close();
    await server.hang();
    await askManyTimes(redis, 'get', 'x');
    await server.resume();
    expect(log.lines).toEqual([]);
  });
});
