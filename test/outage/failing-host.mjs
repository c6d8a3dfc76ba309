/**
 * A process whose host fails to start: `node failing-host.mjs <module> <redis url> <ms until the failure>`. It says how it failed,
 * and then has nothing left to do.
 */
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { AuthModule } from '../../libs/auth/dist/index.js';
import { createThrottlerStorage, GatehouseThrottlerModule } from '../../libs/auth/dist/throttler/index.js';

const [shape = '', url = '', delayMs = '0'] = process.argv.slice(2);

const auth = (options) =>
  AuthModule.forRoot({
    issuer: 'https://auth.test',
    audience: 'https://api.test',
    secret: 'a lasting secret of the tests, long enough',
    redis: url,
    endpoints: { auth: false },
    ...options,
  });

const shapes = {
  auth: () => auth({}),
  replica: () => auth({ tokenBlacklist: { maxStaleness: '1s' } }),
  roles: () => auth({ rbac: { source: { load: async () => ({ roles: {} }) } } }),
  throttler: () => GatehouseThrottlerModule.forRoot({ redis: url }),
  storage: () =>
    ThrottlerModule.forRoot({
      throttlers: [{ limit: 1, ttl: 1000 }],
      storage: createThrottlerStorage({ redis: url }),
    }),
};

class HostService {}

async function failing() {
  await new Promise((resolve) => setTimeout(resolve, Number(delayMs)));
  throw new Error('the host has no database');
}

class HostModule {}
Module({
  imports: [shapes[shape]()],
  providers: [{ provide: HostService, useFactory: failing }],
})(HostModule);

try {
  await NestFactory.create(HostModule, { abortOnError: false, logger: false });
} catch (error) {
  console.log(error.message);
}
