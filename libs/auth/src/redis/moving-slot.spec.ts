import { slotMigrating, type Stage, startStage } from '../../../../test/support/redis/faults/index.js';
import { GuardedRedis } from './guarded-redis.js';
import { KeySpace } from './key-space.js';
import { openRedis } from './open-redis.js';
import { parseRedisUrl } from './redis-url.js';

describe('reading keys of a slot that moves to another server', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage('cluster');
  });
  afterAll(() => stage.stop());

  it('finds those that have moved, those that have not, and those that never were', async () => {
    const redis = new GuardedRedis(await openRedis(parseRedisUrl(stage.url)!), {
      keySpace: new KeySpace('test'),
      deadlineMs: 5_000,
    });
    const keys = ['{a}:1', '{a}:2', '{a}:3', '{a}:4'];
    for (const key of keys) await redis.call('set', key, `value of ${key}`);
    const asked = [...keys, '{a}:none'];
    const expected = [...keys.map((key) => `value of ${key}`), null];
    const fault = slotMigrating('{a}:*');
    await fault.begin(stage);
    expect(await redis.values(asked)).toEqual(expected);
    expect(redis.troubles.known.size).toBe(0);
    await fault.end(stage);
    expect(await redis.values(asked)).toEqual(expected);
    redis.close();
    redis.rawConnection().disconnect();
  });
});
