/**
 * One instance of an app, as a process of its own: `node instance.mjs`, set up by PLATFORM, REDIS_URL and REUSE_WINDOW. It tells where it
 * listens, and then whatever the library says.
 */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule } from '../../../libs/auth/dist/index.js';

const { PLATFORM, REDIS_URL, REUSE_WINDOW } = process.env;

class Users {
  async authenticate(username, password) {
    return password === `${username}-password` ? this.reload(username) : undefined;
  }

  async reload(username) {
    return { subject: username, roles: ['user'] };
  }
}

class InstanceModule {}
Module({
  imports: [
    AuthModule.forRoot({
      issuer: 'https://auth.test',
      audience: 'https://api.test',
      secret: 'a lasting secret of the tests, long enough',
      keys: { algorithm: 'ES256' },
      redis: REDIS_URL,
      sessions: { reuseWindow: REUSE_WINDOW },
      throttler: { throttlers: [{ limit: 1_000_000, ttl: '60s' }] },
      userAuthenticator: Users,
      problemDetailsFor: 'all',
    }),
  ],
})(InstanceModule);

const adapters = {
  express: async () => new (await import('@nestjs/platform-express')).ExpressAdapter(),
  fastify: async () => new (await import('@nestjs/platform-fastify')).FastifyAdapter(),
};

const app = await NestFactory.create(InstanceModule, await adapters[PLATFORM](), {
  logger: ['fatal', 'error', 'warn', 'log'],
});
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(`It listens on ${await app.getUrl()}`);
