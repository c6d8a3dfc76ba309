import { NotFoundException, UnauthorizedException } from '@nestjs/common';
import { AuthError, TokenBlacklistService } from 'nestjs-gatehouse';
import { platforms } from '../support/app/start-app.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { startKeysHost } from './keys-host.js';

type Host = Awaited<ReturnType<typeof startKeysHost>>;

describe.each(platforms)('[11-F] API keys on two instances with one Redis, on %s', (platform) => {
  let redis: StandaloneRedis;
  let first: Host;
  let second: Host;

  const start = (apiKeys: Parameters<typeof startKeysHost>[0]): Promise<Host> =>
    startKeysHost(apiKeys, {
      platform,
      options: { redis: { url: redis.url, deadline: '5s' }, tokenBlacklist: { maxStaleness: '10s' } },
    });

  beforeAll(async () => {
    redis = await startStandalone();
    [first, second] = [await start(true), await start(true)];
  });
  afterAll(async () => {
    await first?.close();
    await second?.close();
    await redis?.stop();
  });

  it.each<[string, (keyId: string) => Promise<unknown>]>([
    ['by itself', (keyId) => first.keys.revoke(keyId)],
    ['with all of its subject', () => first.keys.revokeAll('user-demo')],
    ['with its subject', () => first.app.get(TokenBlacklistService).revokeSubject('user-demo')],
    ['with its client', () => first.app.get(TokenBlacklistService).revokeClient('ci')],
    ['with everybody', () => first.app.get(TokenBlacklistService).revokeEverything()],
  ])(
    'a key that is revoked %s on one is refused by the other at once, whatever the staleness',
    async (_, revoke) => {
      const { key, apiKey } = await first.client.create({ clientId: 'ci' });
      expect((await second.client.show(key)).status).toBe(200);
      await revoke(apiKey.id);
      expect((await second.client.show(key)).status).toBe(401);
      expect((await first.client.show(key)).status).toBe(401);
    },
  );

  it('no request that begins after a revocation has returned is let in, under load on both', async () => {
    const { key, apiKey } = await first.client.create();
    let isRevoked = false;
    let late = 0;
    let calls = 0;
    const use = async ({ client }: Host): Promise<void> => {
      for (let after = 0; after < 5;) {
        const began = isRevoked;
        const { status } = await client.show(key);
        calls += 1;
        if (began) after += 1;
        if (began && status !== 401) late += 1;
      }
    };
    const load = [first, second].flatMap((host) => Array.from({ length: 10 }, () => use(host)));
    await until('keys are used', () => calls > 100);
    await first.keys.revoke(apiKey.id);
    isRevoked = true;
    await Promise.all(load);
    expect(late).toBe(0);
  });

  it('the limit of a key is one for both', async () => {
    const { key } = await first.client.create({ rateLimit: { limit: 10, ttl: '1h' } });
    const calls = Array.from({ length: 40 }, (_, at) => (at % 2 === 0 ? first : second).client.show(key));
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(30);
  });

  it('a key works nowhere but where keys are asked for, and under their prefix', async () => {
    const { key } = await first.client.create();
    for (const apiKeys of [undefined, false, { prefix: 'gh_live' }]) {
      const host = await start(apiKeys);
      try {
        expect((await host.client.show(key)).status).toBe(401);
        const challenge = (await host.client.get('/who')).headers.get('www-authenticate');
        expect(challenge?.includes('ApiKey')).toBe(typeof apiKeys === 'object');
      } finally {
        await host.close();
      }
    }
  });

  it('expires on both', async () => {
    const { key } = await first.client.create({ ttl: 1500 });
    expect((await first.client.show(key)).status).toBe(200);
    await until('the key has expired', async () => (await second.client.show(key)).status === 401);
    expect((await first.client.show(key)).status).toBe(401);
  });

  it('keeps those of its roles that its owner still has, where the host says which', async () => {
    let roles: readonly string[] | Error | Promise<never> | undefined = ['demo'];
    const host = await start({
      rolesOf: async () => {
        if (roles instanceof Error) throw roles;
        return roles;
      },
    });
    try {
      const { key } = await first.client.create();
      const answer = async () => (await host.client.show(key, '/demos')).status;
      expect(await answer()).toBe(200);
      roles = ['admin'];
      expect(await answer()).toBe(403);
      expect((await host.client.show(key)).body['roles']).toEqual([]);
      roles = undefined;
      expect(await answer()).toBe(401);
      // However it fails, and whatever the status of what it asked: the key isn't to blame.
      for (const failure of [
        new Error('connection refused'),
        Object.assign(new Error('upstream'), { status: 401 }),
        new UnauthorizedException(),
        new NotFoundException(),
        new AuthError('access_denied'),
        new Promise<never>(() => {}),
      ]) {
        roles = failure;
        expect(await answer()).toBe(503);
      }
      roles = ['demo'];
      expect(await answer()).toBe(200);
    } finally {
      await host.close();
    }
  });
});

describe.each(platforms)('[11-F] API keys while Redis is away, on %s', (platform) => {
  it('a key is 503, never 401 and never let in; what is no key stays 401', async () => {
    const redis = await startStandalone({ config: { appendonly: 'yes', appendfsync: 'always' } });
    const options = {
      redis: { url: redis.url, deadline: '300ms' },
      throttler: { onStoreFailure: 'open' },
    } as const;
    const host = await startKeysHost(true, { platform, options });
    try {
      const { key, apiKey } = await host.client.create({ rateLimit: { limit: 1000, ttl: '1h' } });
      expect((await host.client.show(key)).status).toBe(200);
      await redis.kill();
      for (let call = 0; call < 5; call++) {
        const answer = await host.client.show(key);
        expect(answer).toMatchObject({ status: 503, body: { code: 'store_unavailable' } });
        expect(answer.headers.get('retry-after')).not.toBeNull();
        expect((await host.client.show(key, '/maybe')).status).toBe(503);
        expect((await host.client.show(key.slice(1))).status).toBe(401);
      }
      const away = { code: 'store_unavailable' };
      await expect(host.keys.revoke(apiKey.id)).rejects.toMatchObject(away);
      await expect(host.keys.create({ subject: 'ada', name: 'x' })).rejects.toMatchObject(away);
      await expect(host.app.get(TokenBlacklistService).revokeSubject('ada')).rejects.toMatchObject(away);
      await redis.restart();
      await until('Redis answers', async () => (await host.client.show(key)).status === 200);
      expect(await host.keys.revoke(apiKey.id)).toBe(true);
      expect((await host.client.show(key)).status).toBe(401);
    } finally {
      await host.close();
      await redis.stop();
    }
  });
});
