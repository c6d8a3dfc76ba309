import { EventEmitter } from 'node:events';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WebSocketServer } from 'ws';
import { AuthModule } from '../auth.module.js';
import { SocketAuthenticator } from './socket-authenticator.service.js';

/** What socket.io has: a namespace that counts what is done to it. */
class Namespace extends EventEmitter {
  uses = 0;

  use(): this {
    this.uses += 1;
    return this;
  }

  disconnectSockets(): void {}
}

describe('[10-5] SocketAuthenticator.protect()', () => {
  let app: INestApplicationContext;
  let sockets: SocketAuthenticator;
  const open: WebSocketServer[] = [];

  const plain = (): WebSocketServer => {
    const server = new WebSocketServer({ noServer: true });
    open.push(server);
    return server;
  };

  beforeAll(async () => {
    const module = AuthModule.forRoot({
      issuer: 'https://auth.test',
      audience: 'https://api.test',
      keys: { secret: 'an HS256 secret for tests, long enough' },
      endpoints: { auth: false },
    });
    app = await NestFactory.createApplicationContext(module, { logger: false });
    sockets = app.get(SocketAuthenticator);
  });
  afterAll(async () => {
    for (const server of open) server.close();
    await app.close();
  });

  it.each([undefined, {}, { anonymous: false }])('does nothing the second time, with %j', (again) => {
    const [namespace, server] = [new Namespace(), plain()];
    for (const each of [namespace, server]) sockets.protect(each);
    const verifyClient = server.options.verifyClient;
    for (const each of [namespace, server]) sockets.protect(each, again);
    expect([namespace.uses, namespace.listenerCount('connection')]).toEqual([1, 1]);
    expect([server.options.verifyClient, server.listenerCount('connection')]).toEqual([verifyClient, 1]);
  });

  it.each([
    [{}, { anonymous: true }],
    [{ anonymous: true }, {}],
  ])('refuses other options than %j: %j', (first, second) => {
    for (const server of [new Namespace(), plain()]) {
      sockets.protect(server, first);
      expect(() => sockets.protect(server, second)).toThrow(
        new TypeError('this socket server is protected already, with other options'),
      );
      expect(server.listenerCount('connection')).toBe(1);
      // What it was told first still holds.
      expect(() => sockets.protect(server, first)).not.toThrow();
    }
  });

  it('protects the namespaces of a server one by one, each with options of its own', () => {
    const [chat, news] = [new Namespace(), new Namespace()];
    sockets.protect(chat);
    sockets.protect(news, { anonymous: true });
    expect([chat.uses, news.uses]).toEqual([1, 1]);
  });

  it.each<[string, object]>([
    ['an empty object', {}],
    ['an emitter', new EventEmitter()],
    ['a function', () => {}],
    ['an Express app, which has `use` and `on`', Object.assign(() => {}, { use() {}, on() {}, handle() {} })],
    ['a list', []],
  ])('refuses what is no server: %s', (_name, thing) => {
    expect(() => sockets.protect(thing)).toThrow(
      new TypeError('expected a socket.io server or namespace, or a ws server'),
    );
  });

  it.each([undefined, null, 5, 'server'])('refuses %s with a TypeError', (thing) => {
    expect(() => sockets.protect(thing as unknown as object)).toThrow(TypeError);
  });
});
