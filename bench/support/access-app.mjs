// One app in a process of its own: `node access-app.mjs <variant> <platform> [redis url]`. Sends `{ url, token }` when it listens.
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { Controller, Get, Module, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { AuthModule, TokenService, UserAuthenticator } from '../../libs/auth/dist/index.js';

const [variant, platform, redisUrl] = process.argv.slice(2);
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Applies decorators without a compiler. */
function decorate(target, decorators, key) {
  for (const decorator of decorators) {
    if (key === undefined) decorator(target);
    else decorator(target.prototype, key, Object.getOwnPropertyDescriptor(target.prototype, key));
  }
  return target;
}

class Hello {
  hello() {
    return { hello: 'world' };
  }
}
decorate(Hello, [Get('hello')], 'hello');
decorate(Hello, [Controller()]);

function bare() {
  return { controllers: [Hello] };
}

function passport(key) {
  class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: key,
        algorithms: ['RS256'],
      });
    }
    validate(payload) {
      return payload;
    }
  }
  decorate(Hello, [UseGuards(AuthGuard('jwt'))], 'hello');
  const jwt = JwtModule.register({
    privateKey: createPrivateKey(privateKey),
    signOptions: { algorithm: 'RS256' },
  });
  return { imports: [PassportModule, jwt], controllers: [Hello], providers: [JwtStrategy] };
}

function gatehouse(options) {
  class Users extends UserAuthenticator {
    async authenticate() {
      return { subject: 'bench', roles: ['reader'] };
    }
  }
  const limit = { throttlers: [{ limit: 100_000_000, ttl: '1m', precision: 'bounded' }] };
  const module = AuthModule.forRoot({
    issuer: 'https://bench.test',
    audience: 'https://bench.test',
    keys: { privateKey },
    throttler: options.throttler === false ? false : limit,
    ...options.auth,
    userAuthenticator: Users,
  });
  return { imports: [module], controllers: [Hello] };
}

const variants = {
  bare,
  'passport-pem': () => passport(publicKey),
  'passport-keyobject': () => passport(createPublicKey(publicKey)),
  'gatehouse-memory': () => gatehouse({ throttler: false }),
  'gatehouse-memory-limit': () => gatehouse({}),
  'gatehouse-memory-nocache': () => gatehouse({ throttler: false, auth: { accessTokens: { cache: false } } }),
  'gatehouse-redis': () =>
    gatehouse({ throttler: false, auth: { redis: { url: redisUrl, deadline: '5s' } } }),
  'gatehouse-redis-limit': () => gatehouse({ auth: { redis: { url: redisUrl, deadline: '5s' } } }),
};

class App {}
decorate(App, [Module(variants[variant]())]);
const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create(App, adapter, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl(), token: await tokenOf() });

async function tokenOf() {
  if (variant.startsWith('passport')) return app.get(JwtService, { strict: false }).sign({ sub: 'bench' });
  if (variant === 'bare') return 'none';
  const login = {
    subject: 'bench',
    clientId: 'first-party',
    roles: ['reader'],
    authenticatedAt: Date.now(),
    device: {},
  };
  return (await app.get(TokenService).login(login)).accessToken;
}
