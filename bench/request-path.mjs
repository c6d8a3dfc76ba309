// Which of our files run for ONE request: `node bench/request-path.mjs` after `npm run build`. It runs the files one by one, as they
// were before `libs/auth/bundle.mjs` joined them.
// V8 counts executed functions; a file is on the path when one of its functions ran. The app is warm: what happens once
// per process or once per route isn't counted, and neither is what a timer does meanwhile: that isn't there every time.
import 'reflect-metadata';
import { generateKeyPairSync } from 'node:crypto';
import { Session } from 'node:inspector/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import {
  AuthModule,
  defineAccess,
  Permissions,
  TokenService,
  UserAuthenticator,
} from '../libs/auth/dist/index.files.js';
import { startRedis } from './support/redis-server.mjs';

const DIST = fileURLToPath(new URL('../libs/auth/dist/', import.meta.url));
const WARM_UP = 5;
const TIMES = 3;
// Files that run; what each buys is in docs/decisions/admission.md.
const LIMITS = { protected: 26, refresh: 44 };

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

class Posts {
  list() {
    return [];
  }
}
const method = Object.getOwnPropertyDescriptor(Posts.prototype, 'list');
Get('posts')(Posts.prototype, 'list', method);
Permissions('posts:read')(Posts.prototype, 'list', method);
Controller()(Posts);

class Users extends UserAuthenticator {
  async authenticate() {
    return undefined;
  }
}

/** An app with limits by address and by user, and a route that asks for a permission. */
async function startApp(redisUrl) {
  class App {}
  const auth = AuthModule.forRoot({
    issuer: 'https://bench.test',
    audience: 'https://bench.test',
    keys: { privateKey },
    rbac: { definition: defineAccess({ roles: { reader: { grants: ['posts:read'] } } }) },
    throttler: {
      throttlers: [
        { limit: 1_000, ttl: '1m' },
        { name: 'user', by: 'user', limit: 1_000, ttl: '1m' },
      ],
    },
    ...(redisUrl !== undefined && { redis: { url: redisUrl, deadline: '5s' } }),
    userAuthenticator: Users,
  });
  Module({ imports: [auth], controllers: [Posts] })(App);
  const app = await NestFactory.create(App, new ExpressAdapter(), { logger: ['error'] });
  await app.listen(0, '127.0.0.1');
  const pair = await app.get(TokenService).login({
    subject: 'bench',
    clientId: 'first-party',
    roles: ['reader'],
    authenticatedAt: Date.now(),
    device: {},
  });
  return { app, url: await app.getUrl(), pair };
}

async function answerOf(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** The requests that are measured; each call makes one and waits for its answer. */
function requestsTo({ url, pair }) {
  let { refreshToken } = pair;
  return {
    protected: () => answerOf(`${url}/posts`, { headers: { authorization: `Bearer ${pair.accessToken}` } }),
    refresh: async () => {
      const answer = await answerOf(`${url}/auth/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refresh_token: refreshToken }),
      });
      refreshToken = answer.refresh_token;
    },
  };
}

/** Our files of which a function ran during the work, each with the names of those functions. */
async function filesRunDuring(session, work) {
  await session.post('Profiler.takePreciseCoverage');
  await work();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const files = new Map();
  for (const { url, functions } of result) {
    if (!url.startsWith('file://') || !fileURLToPath(url).startsWith(DIST)) continue;
    const ran = functions.filter(({ ranges }) => ranges[0].count > 0);
    if (ran.length > 0)
      files.set(
        relative(DIST, fileURLToPath(url)),
        ran.map(({ functionName }) => functionName || '(anonymous)'),
      );
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Those that run each time. */
async function filesRunByEach(session, work) {
  const runs = [];
  for (let time = 0; time < TIMES; time++) runs.push(await filesRunDuring(session, work));
  return new Map([...runs[0]].filter(([file]) => runs.every((run) => run.has(file))));
}

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

const redis = await startRedis();
const counts = [];
for (const [medium, redisUrl] of [
  ['memory', undefined],
  ['Redis', redis.url],
]) {
  const started = await startApp(redisUrl);
  for (const [name, request] of Object.entries(requestsTo(started))) {
    for (let call = 0; call < WARM_UP; call++) await request();
    const files = await filesRunByEach(session, request);
    console.log(`\n${name} request on ${medium}`);
    for (const [file, functions] of files) console.log(`  ${file.padEnd(58)} ${functions.join(', ')}`);
    counts.push({ name, medium, files: files.size });
  }
  await started.app.close();
}
await redis.stop();
session.disconnect();

console.log();
for (const { name, medium, files } of counts)
  console.log(`${name} request on ${medium}: ${files} files (at most ${LIMITS[name]})`);
process.exitCode = counts.some(({ name, files }) => files > LIMITS[name]) ? 1 : 0;
