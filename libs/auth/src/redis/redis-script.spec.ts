import { startStandalone, type StandaloneRedis } from '../../../../test/support/redis/index.js';
import { GuardedRedis } from './guarded-redis.js';
import { KeySpace } from './key-space.js';
import { RedisScript } from './redis-script.js';

const echo = new RedisScript('echo', 'return {KEYS[1], #KEYS, #ARGV, ARGV[1], now_ms(), now_us()}');
const write = new RedisScript('write', `return redis.call('LPUSH', KEYS[1], now_ms())`);

describe('scripts where Redis will not tell the time', () => {
  let server: StandaloneRedis;
  let redis: GuardedRedis;
  beforeAll(async () => {
    server = await startStandalone();
    await server.nodes[0]!.command('acl', 'setuser', 'app', 'on', '>p', '~*', '+@all', '-time', '-lpush');
    const connection = await server.connect({ username: 'app', password: 'p' });
    redis = new GuardedRedis(connection, { keySpace: new KeySpace('t'), deadlineMs: 5_000 });
  });
  afterAll(async () => {
    redis.close();
    await server.stop();
  });

  it('run by the clock of the process, with the arguments that they expect', async () => {
    const before = Date.now();
    const [, , , , now, us] = (await redis.run(echo, ['k'], ['v'])) as number[];
    expect(await redis.run(echo, ['k'], ['v'])).toEqual([
      'k',
      1,
      1,
      'v',
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
    expect(us).toBe(now! * 1000);
  });

  it('never see it go back', async () => {
    const timeOf = async (): Promise<number> => ((await redis.run(echo, ['k'], [''])) as number[])[4]!;
    const before = await timeOf();
    const clock = jest.spyOn(Date, 'now').mockReturnValue(before - 3_600_000);
    try {
      expect(await timeOf()).toBe(before);
    } finally {
      clock.mockRestore();
    }
  });

  it('leave one script each behind, whatever the time', async () => {
    await server.nodes[0]!.command('script', 'flush');
    for (let round = 0; round < 5; round++) await redis.run(echo, ['k'], [String(round)]);
    const memory = String(await server.nodes[0]!.command('info', 'memory'));
    expect(memory).toMatch(/number_of_cached_scripts:[12]\r/);
  });

  it('are refused for what else is forbidden, and for that reason', async () => {
    const detail = expect.stringMatching(/^Redis: NOPERM: .+\(ACL\)/) as string;
    const error = { code: 'store_unavailable', options: { detail } };
    await expect(redis.run(write, ['list'], [])).rejects.toMatchObject(error);
  });
});
