// What is compared in `access.mjs`: each case as the module of an app, the decorators of its route, and tokens for its users.
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { SetMetadata, UnauthorizedException } from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { AuthGuard, PassportModule, PassportStrategy } from '@nestjs/passport';
import { ThrottlerGuard } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import { jwtVerify } from 'jose';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { betterAuth } from './better-auth.mjs';
import { floor } from './floor.mjs';
import { bounded, idle, memory, strict, strictBoth } from './gatehouse.mjs';
import { publishedThrottler } from './published-throttler.mjs';

/** The key pair of the run, the same for everybody. */
const privatePem = process.env.BENCH_PRIVATE_KEY;
const privateKey = createPrivateKey(privatePem);
const publicKey = createPublicKey(privateKey);
const publicPem = publicKey.export({ type: 'spki', format: 'pem' });

const usersOf = (count) => Array.from({ length: count }, (_, at) => `user-${at}`);

/** As in Nest's docs: a decorator with the roles, and a guard that reads it. */
const Roles = (...roles) => SetMetadata('roles', roles);

class RolesGuard {
  reflector = new Reflector();
  canActivate(context) {
    const required = this.reflector.getAllAndOverride('roles', [context.getHandler(), context.getClass()]);
    if (!required) return true;
    const { user } = context.switchToHttp().getRequest();
    return required.some((role) => user.roles?.includes(role));
  }
}

const signing = () =>
  JwtModule.register({ privateKey, signOptions: { algorithm: 'RS256', expiresIn: '1h' } });
const tokens = async (app, count) => {
  const jwt = app.get(JwtService, { strict: false });
  return usersOf(count).map((sub) => jwt.sign({ sub, roles: ['reader'] }, { jwtid: `token-of-${sub}` }));
};

function strategyWith(secretOrKey, validate) {
  return class JwtStrategy extends PassportStrategy(Strategy) {
    constructor() {
      const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
      super({ jwtFromRequest, secretOrKey, algorithms: ['RS256'] });
    }
    validate = validate;
  };
}

function passport() {
  const module = {
    imports: [PassportModule, signing()],
    providers: [
      strategyWith(publicKey, (payload) => payload),
      { provide: APP_GUARD, useClass: AuthGuard('jwt') },
    ],
  };
  return { module, tokens };
}

/** passport-jwt, a GET of the blacklist, the published Redis storage and a role guard, as their docs show them. */
function usual(url, { key = publicPem, redisOptions = {} } = {}) {
  const client = new Redis(url, redisOptions);
  const validate = async (payload) => {
    if (await client.get(`blacklist:${payload.jti}`)) throw new UnauthorizedException();
    return payload;
  };
  const module = {
    imports: [PassportModule, signing(), publishedThrottler(new Redis(url, redisOptions))],
    providers: [
      strategyWith(key, validate),
      { provide: APP_GUARD, useClass: ThrottlerGuard },
      { provide: APP_GUARD, useClass: AuthGuard('jwt') },
      { provide: APP_GUARD, useClass: RolesGuard },
    ],
  };
  return { module, tokens, route: [Roles('reader')] };
}

/** The same by somebody who knows what costs: the key is parsed once, and the commands of a turn go out together. */
const tuned = (url) => usual(url, { key: publicKey, redisOptions: { enableAutoPipelining: true } });

/** The shortest that checks a token: no revocation, no limit. */
function jose() {
  class JoseGuard {
    async canActivate(context) {
      const request = context.switchToHttp().getRequest();
      const [scheme, token] = request.headers.authorization?.split(' ') ?? [];
      if (scheme !== 'Bearer') throw new UnauthorizedException();
      try {
        request.user = (await jwtVerify(token, publicKey, { algorithms: ['RS256'] })).payload;
      } catch {
        throw new UnauthorizedException();
      }
      return true;
    }
  }
  const module = {
    imports: [signing()],
    providers: [
      { provide: APP_GUARD, useClass: JoseGuard },
      { provide: APP_GUARD, useClass: RolesGuard },
    ],
  };
  return { module, tokens, route: [Roles('reader')] };
}

/** By the names of `cases.mjs`. Each answers `{ module, tokens(app, count), route?, appOptions? }`. */
export const builders = {
  bare: () => ({ module: {}, tokens: async (_app, count) => usersOf(count) }),
  passport,
  jose,
  usual,
  tuned,
  'better-auth': betterAuth,
  floor: (url) => floor(url, signing(), tokens),
  memory: () => memory(privatePem),
  strict: (url) => strict(url, privatePem),
  'strict-both': (url) => strictBoth(url, privatePem),
  bounded: (url) => bounded(url, privatePem),
  cold: (url) => strict(url, privatePem),
  /** What `targets.mjs` leaves alone. */
  idle: (url) => idle(url, privatePem),
};
