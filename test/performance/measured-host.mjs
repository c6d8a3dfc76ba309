/**
 * An app whose requests are measured: `node --expose-gc measured-host.mjs <bare | strict | bounded | memory> <platform> <redis url>`,
 * with a channel (IPC). It answers `{ what, name, times }` with what one request of that name needs of Redis (`store`), or of the heap (`bytes`).
 */
import 'reflect-metadata';
import { Body, Controller, Get, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Throttle } from '@nestjs/throttler';
import { Redis } from 'ioredis';
import {
  AuthModule,
  defineAccess,
  Permissions,
  Public,
  TokenBlacklistService,
  UserAuthenticator,
} from '../../libs/auth/dist/index.js';
import { bytesOf } from './allocated.mjs';
import { CALLERS, Callers } from './callers.mjs';
import { StoreUse } from './store-use.mjs';

const [shape = '', platform = '', url = ''] = process.argv.slice(2);
const isBare = shape === 'bare';
const client = isBare || shape === 'memory' ? undefined : new Redis(url, { maxRetriesPerRequest: 0 });

class Users extends UserAuthenticator {
  async authenticate(username, password) {
    return password === `${username}-password` ? { subject: username, roles: ['reader'] } : undefined;
  }
}

// Limits in the thousands, as for every route of an app: counters instead of each instant.
const limit = { limit: 10_000_000, ttl: '1m', precision: 'bounded' };

const auth = () =>
  AuthModule.forRoot({
    issuer: 'https://auth.test',
    audience: 'https://api.test',
    secret: 'a lasting secret of the tests, long enough',
    keys: { secret: 'an HS256 secret for tests, long enough' },
    rbac: { definition: defineAccess({ roles: { reader: { grants: ['posts:read'] } } }) },
    ...(client && { redis: { client, deadline: '5s', keyPrefix: `${shape}-${platform}` } }),
    ...(shape === 'bounded' && { tokenBlacklist: { maxStaleness: '10s' } }),
    throttler: { throttlers: [limit, { ...limit, name: 'user', by: 'user' }] },
    userAuthenticator: Users,
  });

class Routes {
  known() {
    return { hello: 'world' };
  }

  public() {
    return { hello: 'world' };
  }

  limited() {
    return { hello: 'world' };
  }

  posted({ username }) {
    return { hello: username };
  }
}

/** Applies decorators without a compiler; those of the library where it is used. */
function decorate(method, decorators, ofLibrary) {
  const descriptor = Object.getOwnPropertyDescriptor(Routes.prototype, method);
  for (const apply of isBare ? decorators : [...decorators, ...ofLibrary])
    apply(Routes.prototype, method, descriptor);
}

const once = Throttle({ default: { limit: 1, ttl: 3_600_000 } });
decorate('known', [Get('known')], [Permissions('posts:read')]);
decorate('public', [Get('public')], [Public()]);
decorate('limited', [Get('limited')], [Public(), once]);
decorate('posted', [Post('posted'), HttpCode(200)], [Public()]);
Body()(Routes.prototype, 'posted', 0);
Controller()(Routes);

class HostModule {}
Module({ imports: isBare ? [] : [auth()], controllers: [Routes] })(HostModule);

const adapter = platform === 'express' ? new ExpressAdapter() : new FastifyAdapter();
const app = await NestFactory.create(HostModule, adapter, { logger: ['error'] });
await app.listen(0, '127.0.0.1');
const server = app.getHttpServer();
const use = client && new StoreUse(client, server);
const callers = await Callers.start(server.address().port);
if (!isBare) await logIn();

/** All of them; a copy of revocations answers for them once it knows of their logins. */
async function logIn() {
  const all = { callers: CALLERS };
  await callers.send('login', all);
  const answeredByCopy = () => app.get(TokenBlacklistService).replicaStatistics()?.answeredLocally;
  if (answeredByCopy() === undefined) return;
  for (let before = -Infinity; answeredByCopy() - before !== CALLERS;) {
    before = answeredByCopy();
    await callers.send('known', all);
  }
}

const answers = {
  store: (name) => use.of((how) => callers.send(name, how)),
  bytes: (name, times) => bytesOf((how) => callers.send(name, how), times),
};
const answer = async ({ what, name, times }) => process.send({ answer: await answers[what](name, times) });
process.on('message', (question) => void answer(question));
process.on('disconnect', () => process.exit(0));
process.send({ answer: 'ready' });
