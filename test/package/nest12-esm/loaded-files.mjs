// How many files Node loads for an app that keeps everything in memory, besides those of Nest. Counted, not timed: a file costs
// about a third of a millisecond, wherever it comes from (docs/decisions/start-up.md).
import assert from 'node:assert/strict';
import { Session } from 'node:inspector';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';

const MOST = { ours: 13, others: 100 };
// What only some apps need, or an app only later.
const LATER = [
  'ioredis',
  '@opentelemetry/api',
  '@nestjs/terminus',
  '@nestjs/config',
  '@nestjs/jwt',
  '@nestjs/passport',
  'class-validator',
  'class-transformer',
];

const files = new Map();
const session = new Session();
session.connect();
session.on('Debugger.scriptParsed', ({ params: { url } }) => {
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? [];
  if (name !== undefined) files.set(name, (files.get(name) ?? new Set()).add(url));
});
session.post('Debugger.enable');

async function boot(imports) {
  class AppModule {}
  Module({ imports })(AppModule);
  const app = await NestFactory.create(AppModule, new ExpressAdapter(), { logger: ['error', 'warn'] });
  await app.listen(0, '127.0.0.1');
  await app.close();
}

await boot([]);
const before = new Set(files.keys());

const { AuthModule, UserAuthenticator } = await import('nestjs-gatehouse');

class Nobody extends UserAuthenticator {
  authenticate() {
    return Promise.resolve(undefined);
  }
}
const issuer = 'https://proof.example';
await boot([AuthModule.forRoot({ issuer, audience: issuer, userAuthenticator: Nobody })]);

for (const name of LATER) assert.ok(!files.has(name), `${name} is loaded, though nobody needs it yet`);
const { 'nestjs-gatehouse': ours, ...others } = Object.fromEntries(
  [...files].filter(([name]) => !before.has(name)).map(([name, urls]) => [name, urls.size]),
);
const count = Object.values(others).reduce((sum, size) => sum + size, 0);
console.log(`${ours} files of ours, ${count} of other packages: ${JSON.stringify(others)}`);
assert.ok(ours <= MOST.ours, `${ours} files of ours, at most ${MOST.ours}`);
assert.ok(count <= MOST.others, `${count} files of other packages, at most ${MOST.others}`);
