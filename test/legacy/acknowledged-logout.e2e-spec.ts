import { NestFactory } from '@nestjs/core';
import { AuthModule, TokenService } from 'nestjs-gatehouse';
import { requiredOptions, TestUsers } from '../support/app/start-app.js';
import { startStandalone } from '../support/redis/index.js';
import { until } from '../support/until.js';
import { legacyOptions, oldTokens } from './old-tokens.js';

describe('[11-E] a logout with a legacy refresh token that was never used', () => {
  it('is made again when a failover loses it', async () => {
    const redis = await startStandalone();
    const app = await NestFactory.createApplicationContext(
      AuthModule.forRoot({
        ...requiredOptions,
        redis: { url: redis.url },
        userAuthenticator: TestUsers,
        legacy: legacyOptions(),
      }),
      { logger: false },
    );
    try {
      const server = await redis.connect();
      const tokens = app.get(TokenService);
      const token = oldTokens.refresh('ada');
      await tokens.revokeRefreshTokens([token]);
      const written = [...(await server.keys('*:adopted:*')), ...(await server.keys('*:ended:*'))];
      expect(written).toHaveLength(2);
      await server.del(...written);
      await until(
        'it is made again',
        async () => (await server.exists(...written)) === written.length,
        10_000,
      );
      // Access tokens of the session, of which there are none, would have ended by then.
      await server.del(written[1]!);
      await expect(tokens.refresh({ refreshToken: token })).rejects.toMatchObject({ code: 'invalid_grant' });
    } finally {
      await app.close();
      await redis.stop();
    }
  });
});
