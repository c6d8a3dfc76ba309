// An app that tells, as soon as it listens, what it has cost since the process began.
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const [variant, platform, redisUrl] = process.argv.slice(2);
// A key that is there already: making one takes as long as it takes, once in the life of a deployment.
const secret = 'a secret that is there for benchmarks only';

const { ExpressAdapter, FastifyAdapter } = await import(`@nestjs/platform-${platform}`);
const Adapter = ExpressAdapter ?? FastifyAdapter;

async function gatehouse() {
  const { AuthModule, UserAuthenticator } = await import('nestjs-gatehouse');
  class Nobody extends UserAuthenticator {
    async authenticate() {
      return undefined;
    }
  }
  return AuthModule.forRoot({
    issuer: 'https://bench.test',
    audience: 'https://bench.test',
    keys: { secret },
    ...(variant === 'redis' && { redis: redisUrl }),
    userAuthenticator: Nobody,
  });
}

class App {}
Module({ imports: variant === 'bare' ? [] : [await gatehouse()] })(App);
const app = await NestFactory.create(App, new Adapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
const { user, system } = process.cpuUsage();
process.stdout.write(JSON.stringify({ wallMs: performance.now(), cpuMs: (user + system) / 1000 }), () =>
  process.exit(0),
);
