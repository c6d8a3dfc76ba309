import { until } from '../until.js';
import { currentMaster, startCluster, startSentinel, startStandalone, untilReplicated } from './index.js';

describe('the Redis harness', () => {
  describe('stand-alone', () => {
    it('kills, restarts on the same port, hangs and resumes', async () => {
      const redis = await startStandalone();
      try {
        const client = await redis.connect();
        await client.set('key', 'value');
        await redis.kill();
        await until('the client noticed', () => client.status !== 'ready');
        await redis.restart();
        await until('the client is back', () => client.status === 'ready');
        expect(await client.get('key')).toBeNull();

        await redis.hang();
        const answer = client.ping();
        const first = await Promise.race([answer, new Promise((done) => setTimeout(done, 50, 'nothing'))]);
        expect(first).toBe('nothing');
        await redis.resume();
        expect(await answer).toBe('PONG');
      } finally {
        await redis.stop();
      }
    });

    it('keeps data over a restart when asked to', async () => {
      const redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
      try {
        await (await redis.connect()).set('key', 'value');
        await redis.restart();
        expect(await redis.nodes[0]?.command('get', 'key')).toBe('value');
      } finally {
        await redis.stop();
      }
    });
  });

  it('starts a cluster that spreads keys over three masters', async () => {
    const redis = await startCluster();
    try {
      const client = await redis.connect();
      await Promise.all(Array.from({ length: 60 }, (_, index) => client.set(`key:${index}`, index)));
      const sizes = await Promise.all(redis.nodes.map((node) => node.command('dbsize')));
      expect(sizes.reduce<number>((sum, size) => sum + Number(size), 0)).toBe(60);
      expect(sizes.every((size) => Number(size) > 0)).toBe(true);
    } finally {
      await redis.stop();
    }
  });

  it('starts sentinels that promote the replica of a killed master', async () => {
    const redis = await startSentinel({ replicas: 1, sentinels: 3 });
    try {
      const client = await redis.connect();
      await client.set('key', 'value');
      await untilReplicated(redis.nodes);
      const first = await currentMaster(redis);
      await first.kill();
      await until('another master is named', async () => (await currentMaster(redis)) !== first);
      await until('the client follows', async () => (await client.get('key')) === 'value');
    } finally {
      await redis.stop();
    }
  }, 120_000);
});
