import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, TokenBlacklistService, TokenService } from 'nestjs-gatehouse';
import { AUDIENCE } from '../support/app/start-app.js';
import { startStandalone, type StandaloneRedis } from '../support/redis/index.js';
import { IdentityProvider } from '../support/tokens/identity-provider.js';
import { until } from '../support/until.js';

describe('[11-D] tokens of another issuer, when Redis comes back', () => {
  let redis: StandaloneRedis;
  let idp: IdentityProvider;
  let apps: INestApplicationContext[];

  beforeEach(async () => {
    redis = await startStandalone({ config: { save: '3600 1', appendonly: 'no' } });
    idp = await IdentityProvider.start();
    apps = [await startInstance(), await startInstance()];
  });

  afterEach(async () => {
    await Promise.all(apps.map((app) => app.close()));
    idp.stop();
    await redis.stop();
  });

  const startInstance = (): Promise<INestApplicationContext> =>
    NestFactory.createApplicationContext(
      AuthModule.forRoot({
        issuer: idp.issuer,
        audience: AUDIENCE,
        keys: { remote: { jwksUri: idp.jwksUri } },
        accessTokens: { foreign: {}, clockTolerance: '1s' },
        redis: { url: redis.url, deadline: '5s' },
        endpoints: { auth: false, wellKnown: false },
      }),
      { logger: false },
    );

  const token = (sub: string, agoSeconds: number): string => {
    const { iss, iat } = idp.times();
    const claims = { iss, iat: iat - agoSeconds, exp: iat + 600, aud: AUDIENCE, azp: 'spa', sub };
    return idp.sign(claims);
  };

  /** What an instance says about a token, once Redis answers again. */
  async function verdictOn(text: string, instance: number): Promise<string> {
    let verdict = 'store_unavailable';
    await until('Redis answers', async () => {
      verdict = await Promise.resolve()
        .then(() => apps[instance]!.get(TokenService).verify(text))
        .then(
          () => 'good',
          (error: { code: string }) => error.code,
        );
      return verdict !== 'store_unavailable';
    });
    return verdict;
  }

  it('are refused on every instance where a snapshot lacks a revocation, and accepted once issued anew', async () => {
    const [mine, other] = [token('ada', 60), token('bob', 60)];
    await redis.nodes[0]!.command('save');
    await apps[0]!.get(TokenBlacklistService).revokeSubject('ada');
    expect([await verdictOn(mine, 0), await verdictOn(other, 0)]).toEqual(['invalid_token', 'good']);
    await redis.restart();
    for (const instance of [0, 1]) {
      expect(await verdictOn(mine, instance)).toBe('invalid_token');
      // Nobody knows what else was lost.
      expect(await verdictOn(other, instance)).toBe('invalid_token');
    }
    await until('a later second', async () => (await verdictOn(token('bob', 0), 1)) === 'good');
    expect(await verdictOn(other, 0)).toBe('invalid_token');
  });

  it('are accepted where nothing is missing', async () => {
    const [mine, other] = [token('ada', 60), token('bob', 60)];
    await apps[0]!.get(TokenBlacklistService).revokeSubject('ada');
    await redis.nodes[0]!.command('save');
    await redis.restart();
    expect(await verdictOn(other, 0)).toBe('good');
    expect(await verdictOn(mine, 1)).toBe('invalid_token');
  });
});
