// An app that has none of the packages that AuthModule needs: the two small modules work, with the decorators of the main
// entry; setting AuthModule up says what lacks.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, Public } from 'nestjs-gatehouse';
import { documentAuth } from 'nestjs-gatehouse/openapi';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';

const sentence = /^AuthModule needs @nestjs\/jwt, @nestjs\/passport, passport: run `npm install /;
const options = { issuer: 'https://proof.example', audience: 'https://proof.example' };
assert.throws(() => AuthModule.forRoot(options), { message: sentence });
assert.throws(() => AuthModule.forRootAsync({ useFactory: () => options }), { message: sentence });
assert.equal(createRequire(import.meta.url)('nestjs-gatehouse').AuthModule, AuthModule);

// Entries that are about one package say which, to whoever imports them.
for (const [entry, name] of Object.entries({ otel: '@opentelemetry/api', terminus: '@nestjs/terminus' })) {
  const message = new RegExp(`^Cannot find package '${name}' imported from .*nestjs-gatehouse`);
  await assert.rejects(import(`nestjs-gatehouse/${entry}`), { code: 'ERR_MODULE_NOT_FOUND', message });
}

class HelloController {
  hello() {
    return 'hello';
  }
  open() {
    return 'open';
  }
}
const slot = Object.getOwnPropertyDescriptor(HelloController.prototype, 'open');
Public()(HelloController.prototype, 'open', slot);
Get('open')(HelloController.prototype, 'open', slot);
Get('hello')(
  HelloController.prototype,
  'hello',
  Object.getOwnPropertyDescriptor(HelloController.prototype, 'hello'),
);
Controller()(HelloController);

class AppModule {}
Module({
  imports: [
    GatehouseThrottlerModule.forRoot({ memory: true, throttlers: [{ limit: 2, ttl: '60s' }] }),
    RbacModule.forRoot({ definition: { roles: {} } }),
  ],
  controllers: [HelloController],
})(AppModule);

const app = await NestFactory.create(AppModule, { logger: ['error', 'warn'] });
await app.listen(0, '127.0.0.1');
const url = `${await app.getUrl()}/hello`;
assert.equal((await fetch(`${await app.getUrl()}/open`)).status, 200, 'everybody may');
assert.equal((await fetch(url)).status, 401, 'nobody is known');
assert.equal((await fetch(url)).status, 429, 'the limit of two requests is used up');

// Made by hand: @nestjs/swagger isn't there either.
const document = { openapi: '3.0.0', paths: { '/hello': { get: {} }, '/open': { get: {} } } };
assert.equal(documentAuth(document, app), document);
const { hello, open } = { hello: document.paths['/hello'].get, open: document.paths['/open'].get };
assert.deepEqual(Object.keys(hello.responses), ['401', '429']);
assert.deepEqual(Object.keys(open.responses), ['429']);
assert.equal(hello.security, undefined, 'who authenticates without AuthModule is the host');
await app.close();
