import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import { requiredOptions, TestUsers } from '../support/app/start-app.js';
import { type StandaloneRedis, startStandalone } from '../support/redis/index.js';

const untilTomorrow = new Date(Date.now() + 86_400_000);
/** What the host knows about an old token: who isn't named is ada. */
const userOf = (text: string) => ({ subject: /, of (\w+)$/.exec(text)?.[1] ?? 'ada' });
const codeOf = (error: { code: string }): string => error.code;

/** An old token that nobody verifies. */
const issuedAt = (ms: number): string =>
  `${[{ alg: 'none' }, { iat: ms / 1000 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`;

describe.each([0, '1s'] as const)('[11-E] after a flush of Redis, with maxStaleness %p,', (maxStaleness) => {
  let redis: StandaloneRedis;
  let apps: INestApplicationContext[];

  const startInstance = () =>
    NestFactory.createApplicationContext(
      AuthModule.forRoot({
        ...requiredOptions,
        redis: { url: redis.url },
        userAuthenticator: TestUsers,
        tokenBlacklist: { maxStaleness },
        legacy: { until: untilTomorrow, accessToken: userOf, refreshToken: userOf },
      }),
      { logger: false },
    );
  const tokens = (instance: number): TokenService => apps[instance]!.get(TokenService);
  const refresh = (refreshToken: string, instance: number): Promise<string> =>
    tokens(instance)
      .refresh({ refreshToken })
      .then(() => 'refreshed', codeOf);
  const verify = async (token: string, instance: number): Promise<string> =>
    Promise.resolve(tokens(instance).verify(token)).then(() => 'good', codeOf);

  beforeEach(async () => {
    redis = await startStandalone();
    apps = [await startInstance(), await startInstance()];
  });
  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    await redis.stop();
  });

  it('no legacy token of before is taken, whoever was asked about before; one that is issued later is', async () => {
    await tokens(0).refresh({ refreshToken: 'legacy, used' });
    await tokens(1).revokeRefreshTokens(['legacy, logged out']);
    // Nobody has asked about tokens of theirs.
    for (const subject of ['bob', 'eve']) await apps[0]!.get(TokenBlacklistService).revokeSubject(subject);
    await redis.nodes[0]!.command('flushall');
    for (const instance of [1, 0, 2]) {
      // One that starts later believes those that noticed.
      if (instance === 2) apps.push(await startInstance());
      for (const lost of ['legacy, used', 'legacy, logged out', 'legacy, of bob'])
        expect([lost, await refresh(lost, instance)]).toEqual([lost, 'invalid_grant']);
      expect(await verify('legacy, of eve', instance)).toBe('invalid_token');
    }
    expect(await refresh(issuedAt(Date.now() + 1_000), 0)).toBe('refreshed');
  });
});
