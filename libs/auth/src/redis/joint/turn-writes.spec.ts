import type { Redis } from 'ioredis';
import { type StandaloneRedis, startStandalone } from '../../../../../test/support/redis/index.js';
import { until } from '../../../../../test/support/until.js';
import { GuardedRedis } from '../guarded-redis.js';
import { KeySpace } from '../key-space.js';
import { TurnWrites } from './turn-writes.js';

describe('the commands of one turn', () => {
  let server: StandaloneRedis;
  let connection: Redis;
  let redis: GuardedRedis;
  let writes: number;

  beforeAll(async () => {
    server = await startStandalone();
    connection = await server.connect();
    redis = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs: 5000 });
    const { stream } = connection;
    const count = (name: '_write' | '_writev'): void => {
      const written = stream[name]!.bind(stream) as (...args: unknown[]) => void;
      Object.assign(stream, { [name]: (...args: unknown[]) => ((writes += 1), written(...args)) });
    };
    count('_write');
    count('_writev');
  });
  beforeEach(() => {
    writes = 0;
  });
  afterAll(() => server.stop());

  it('leave in one write, of whoever they are', async () => {
    const set = redis.call('set', 'a', '1');
    const replies = await Promise.all([
      set,
      redis.call('get', 'a'),
      connection.get('a'),
      redis.values(['a']),
    ]);
    expect(replies).toEqual(['OK', '1', '1', ['1']]);
    expect(writes).toBe(1);
  });

  it('do so again in the next turn, also those that follow from one reply', async () => {
    await redis.call('get', 'a');
    await Promise.all([redis.call('get', 'a'), redis.call('get', 'b')]);
    expect(writes).toBe(2);
    const followed = redis.call('get', 'a').then(() => redis.call('get', 'b'));
    await Promise.all([followed, redis.call('get', 'a').then(() => redis.call('get', 'b'))]);
    expect(writes).toBe(4);
  });

  it('are not late because their turn was long', async () => {
    const deadlineMs = 300;
    const hasty = new GuardedRedis(connection, { keySpace: new KeySpace('test'), deadlineMs });
    // Answered after 50 ms.
    const reply = hasty.call('blpop', 'nothing', '0.05');
    const stalledUntil = performance.now() + deadlineMs + 50;
    while (performance.now() < stalledUntil);
    expect(await reply).toBeNull();
    hasty.close();
  });

  it('reach a server whose connection was replaced meanwhile', async () => {
    const lost = connection.stream;
    const late = redis.call('get', 'a');
    lost.destroy();
    await Promise.allSettled([late]);
    await until('it is replaced', () => connection.stream !== lost && connection.status === 'ready');
    expect(await redis.call('get', 'a')).toBe('1');
  });

  it.each([{}, { stream: undefined }, { stream: { cork: 1 } }])('are sent by a client with %j', (client) => {
    expect(() => new TurnWrites(client as never).begin()).not.toThrow();
  });
});
