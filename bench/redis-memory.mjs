// What a real Redis keeps for sessions, limits and revocations: the bytes of each kind of key, over thousands of logins
// that go through an app.
//   npm run build && npm ci --prefix bench && node bench/redis-memory.mjs [--users 2000]
// "bytes" is MEMORY USAGE of the keys, name and value; "of the server" what `used_memory` grew by, the tables of the server included.
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  AuthModule,
  TokenBlacklistService,
  TokenService,
  UserAuthenticator,
} from '../libs/auth/dist/index.js';
import { decorate } from './support/decorate.mjs';
import { startRedis } from './support/redis-server.mjs';
import { printTable } from './support/tables.mjs';

const { values } = parseArgs({ options: { users: { type: 'string', default: '2000' } } });
const users = Number(values.users);
const AT_ONCE = 20;
const BROWSER =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

class Users extends UserAuthenticator {
  async authenticate(username) {
    return { subject: username, roles: ['reader', 'author'] };
  }
}

class Limited {
  limited() {
    return 'limited';
  }
}
decorate(Limited, [Get('limited')], 'limited');
decorate(Limited, [Controller()]);

const redis = await startRedis();
const { app, call } = await start({});
const bounded = await start({
  throttler: { throttlers: [{ limit: 1_000, ttl: '1h', precision: 'bounded' }] },
});
const blacklist = app.get(TokenBlacklistService, { strict: false });
const names = Array.from(
  { length: users },
  (_, at) => `2f1c0de0-7a54-4d1c-9f0e-${String(at).padStart(12, '0')}`,
);
/** Who uses limits up: that takes many requests. */
const busy = names.slice(0, Math.ceil(users / 10));
let pairs;
let others;

const logIn = () =>
  each(names, (username) => call('POST', '/auth/login', username, { json: { username, password: 'x' } }));

/** What is done, and by how many. */
const steps = [
  ['a login', users, async () => (pairs = await logIn())],
  ['a second login', users, async () => (others = await logIn())],
  ['three refreshes', users, () => refresh(3)],
  ['90 limited requests of an address', busy.length, () => limitedOf(call, 90)],
  ['a limited request of an address, bounded', busy.length, () => limitedOf(bounded.call, 1)],
  ['99 more, bounded', busy.length, () => limitedOf(bounded.call, 99)],
  [
    'revokeToken',
    users,
    () => each(principals(), async (principal) => blacklist.revokeToken(await principal)),
  ],
  [
    'a logout',
    users,
    () => each(names, (name, at) => call('POST', '/auth/logout', name, { token: others[at].access_token })),
  ],
  ['revokeSubject', users, () => each(names, (name) => blacklist.revokeSubject(name))],
];

let [before, usedBefore] = [await families(), await usedMemory()];
const usedAtStart = usedBefore;
for (const [step, times, take] of steps) {
  await take();
  const [after, used] = [await families(), await usedMemory()];
  const grown = Math.round((used - usedBefore) / times);
  console.log(`\n${step}, ${times} times: ${grown} bytes of the server each\n`);
  const changed = Object.entries(after).filter(([name, { bytes }]) => bytes !== before[name]?.bytes);
  printTable(
    ['kind of key', 'keys', 'bytes a key', 'more bytes each'],
    changed.map(([name, { count, bytes }]) => [
      name,
      String(count),
      String(Math.round(bytes / count)),
      String(Math.round((bytes - (before[name]?.bytes ?? 0)) / times)),
    ]),
  );
  [before, usedBefore] = [after, used];
}
console.log(`\nin all ${((usedBefore - usedAtStart) / 2 ** 20).toFixed(1)} MB of the server`);
await redis.stop();
process.exit(0);

function principals() {
  const tokens = app.get(TokenService, { strict: false });
  return pairs.map(({ access_token: token }) => tokens.verify(token));
}

async function refresh(rounds) {
  for (let round = 0; round < rounds; round += 1)
    pairs = await each(names, (name, at) =>
      call('POST', '/auth/refresh', name, { json: { refresh_token: pairs[at].refresh_token } }),
    );
}

async function start(more) {
  class Host {}
  const auth = AuthModule.forRoot({
    issuer: 'https://bench.test',
    audience: 'https://bench.test',
    secret: 'a lasting secret of the benchmarks, long enough',
    keys: { algorithm: 'ES256' },
    redis: { url: redis.url, deadline: '5s' },
    tokenBlacklist: { maxStaleness: '10s' },
    throttler: { throttlers: [{ limit: 1_000, ttl: '1h' }] },
    ...more,
    userAuthenticator: Users,
  });
  decorate(Host, [Module({ imports: [auth], controllers: [Limited] })]);
  const app = await NestFactory.create(Host, new FastifyAdapter({ trustProxy: '127.0.0.1' }), {
    logger: ['error'],
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { app, call: (...given) => send(url, ...given) };
}

/** Each user has an address. */
async function send(url, method, path, user, { token, json } = {}) {
  const at = Number(user.slice(-12));
  const response = await fetch(url + path, {
    method,
    headers: {
      'x-forwarded-for': `203.0.${Math.floor(at / 256)}.${at % 256}`,
      'user-agent': BROWSER,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  return text.startsWith('{') ? JSON.parse(text) : undefined;
}

async function limitedOf(call, count) {
  for (let round = 0; round < count; round += 1)
    await each(busy, (name, at) => call('GET', '/limited', name, { token: pairs[at].access_token }));
}

async function each(all, act) {
  const results = [];
  for (let from = 0; from < all.length; from += AT_ONCE)
    results.push(
      ...(await Promise.all(all.slice(from, from + AT_ONCE).map((one, at) => act(one, from + at)))),
    );
  return results;
}

async function usedMemory() {
  return Number(/^used_memory:(\d+)/m.exec(await redis.admin.info('memory'))[1]);
}

/** Kind → how many keys and bytes; what differs from user to user is left out of the names. */
async function families() {
  const found = {};
  for await (const keys of redis.admin.scanStream({ count: 1_000 })) {
    const sizes = await Promise.all(keys.map((key) => redis.admin.memory('USAGE', key, 'SAMPLES', 0)));
    keys.forEach((key, at) => {
      const name = key
        .replace(/\{[^}]*\}/, '{…}')
        .replace(/\.[\w-]{22}/g, '.…')
        .replace(/:[\w-]{16,}/g, ':…');
      const family = (found[name] ??= { count: 0, bytes: 0 });
      family.count += 1;
      family.bytes += sizes[at];
    });
  }
  return found;
}
