import { TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { type Created, startKeysHost } from './keys-host.js';

describe('[11-F] acknowledged revocations of API keys that a failover loses', () => {
  it('are made again by the instance that acknowledged them; other keys stay', async () => {
    const redis: StandaloneRedis = await startStandalone();
    const options = { redis: { url: redis.url, deadline: '2s' } } as const;
    const [first, second] = [await startKeysHost(true, { options }), await startKeysHost(true, { options })];
    try {
      const { client, keys } = first;
      const blacklist = first.app.get(TokenBlacklistService);
      const subjects = ['alone', 'all', 'disabled', 'stood-for', 'spared'];
      const created: Created[] = [];
      for (const subject of subjects) created.push(await client.create({}, subject));
      const [alone, all, disabled, stoodFor, spared] = created as [
        Created,
        Created,
        Created,
        Created,
        Created,
      ];
      const principal = (await client.show(stoodFor.key)).body as never;
      // What the next server starts from: everything so far, nothing of what follows.
      await redis.nodes[0]!.command('save');
      await keys.revoke(alone.apiKey.id);
      await keys.revokeAll('user-all');
      await blacklist.revokeSubject('user-disabled');
      await first.app.get(TokenService).revoke(principal);
      await redis.restart();

      const status = async ({ key }: Created) => (await second.client.show(key)).status;
      await until('Redis answers', async () => (await status(spared)) === 200);
      for (const key of [alone, all, disabled, stoodFor])
        await until('it is refused again', async () => (await status(key)) === 401, 10_000);
      expect(await status(spared)).toBe(200);
    } finally {
      await first.close();
      await second.close();
      await redis.stop();
    }
  });
});
