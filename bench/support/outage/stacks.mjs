// What is compared: each stack as the root module of an app, and tokens for its users.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { UnauthorizedException } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { ThrottlerGuard, ThrottlerModule, seconds } from '@nestjs/throttler';
import { ThrottlerStorageRedisService } from '@nest-lab/throttler-storage-redis';
import { Redis } from 'ioredis';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { AuthModule, TokenService, UserAuthenticator } from '../../../libs/auth/dist/index.js';

/** Requests of one address in a minute: more than the load ever sends, so a 429 would be a mistake. */
const LIMIT = 1_000;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
const usersOf = (count) => Array.from({ length: count }, (_, at) => `user-${at}`);

const bare = () => ({ module: {}, tokens: async (_app, count) => usersOf(count) });

/**
 * passport-jwt, a GET of the blacklist, and the published Redis storage, as their READMEs show them. The key is parsed
 * once, which the READMEs don't show: parsing it per request would be measured and nothing else.
 */
function usual(url, clientOptions = {}) {
  const blacklist = new Redis(url, clientOptions);
  class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      super({
        jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
        secretOrKey: createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })),
        algorithms: ['RS256'],
      });
    }
    async validate(payload) {
      if (await blacklist.get(`blacklist:${payload.jti}`)) throw new UnauthorizedException();
      return payload;
    }
  }
  const module = {
    imports: [
      PassportModule,
      JwtModule.register({ privateKey: createPrivateKey(pem), signOptions: { algorithm: 'RS256' } }),
      ThrottlerModule.forRoot({
        throttlers: [{ limit: LIMIT, ttl: seconds(60) }],
        storage: new ThrottlerStorageRedisService(new Redis(url, clientOptions)),
      }),
    ],
    providers: [
      JwtStrategy,
      { provide: APP_GUARD, useClass: ThrottlerGuard },
      { provide: APP_GUARD, useClass: AuthGuard('jwt') },
    ],
  };
  const tokens = async (app, count) => {
    const jwt = app.get(JwtService, { strict: false });
    return usersOf(count).map((sub) => jwt.sign({ sub }, { jwtid: sub }));
  };
  return { module, tokens };
}

/** The same by somebody who has read what ioredis does while Redis is away. */
const tuned = (url) =>
  usual(url, {
    commandTimeout: 200,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    socketTimeout: 2000,
  });

function gatehouse(url, more = {}) {
  class Users extends UserAuthenticator {
    async authenticate(username, password) {
      return password === 'word' ? { subject: username, roles: ['reader'] } : undefined;
    }
  }
  const auth = AuthModule.forRoot({
    issuer: 'https://bench.test',
    audience: 'https://bench.test',
    secret: 'a lasting secret of the benchmarks, long enough',
    keys: { privateKey: pem },
    redis: url,
    throttler: {
      throttlers: [{ limit: LIMIT, ttl: '60s' }],
    },
    ...more,
    userAuthenticator: Users,
  });
  const tokens = async (app, count) => {
    const service = app.get(TokenService, { strict: false });
    const login = { clientId: 'first-party', roles: ['reader'], authenticatedAt: Date.now(), device: {} };
    const minted = [];
    for (const subject of usersOf(count))
      minted.push((await service.login({ ...login, subject })).accessToken);
    return minted;
  };
  return { module: { imports: [auth] }, tokens };
}

/** By the names of `stack-names.mjs`. */
export const builders = {
  bare,
  usual,
  tuned,
  gatehouse,
  bounded: (url) => gatehouse(url, { tokenBlacklist: { maxStaleness: '10s' } }),
};
