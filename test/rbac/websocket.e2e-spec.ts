import { type CanActivate, type ExecutionContext, type INestApplication, Module } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Permissions, type Principal, Public, RouteAudit, Scopes } from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { type Caller, principalFor } from './caller.guard.js';
import { access } from './posts.js';

@WebSocketGateway()
class PostsGateway {
  @Public()
  @SubscribeMessage('motto')
  motto(): unknown {
    return { event: 'motto', data: 'motto' };
  }

  @Permissions('posts:read')
  @SubscribeMessage('posts')
  posts(): unknown {
    return { event: 'posts', data: 'posts' };
  }

  @Scopes('blog.read')
  @SubscribeMessage('scoped')
  scoped(): unknown {
    return { event: 'scoped', data: 'scoped' };
  }
}

/** The host's own authentication of sockets: who is calling travels with the messages of these tests. */
class SocketCallerGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { caller } = context.switchToWs().getData<{ caller?: Caller }>();
    const client = context.switchToWs().getClient<{ user: Principal | undefined }>();
    client.user = caller === undefined ? undefined : principalFor(caller);
    return true;
  }
}

@Module({
  imports: [RbacModule.forRoot({ definition: access })],
  providers: [PostsGateway, { provide: APP_GUARD, useClass: SocketCallerGuard }],
})
class SocketsModule {}

type Reply = readonly [event: string, data: unknown];

interface Connection {
  ask(event: string, caller?: Caller): Promise<Reply>;
  close(): void;
}

function overSocketIo(url: string): Promise<Connection> {
  const socket: Socket = io(url, { transports: ['websocket'], forceNew: true });
  const ask = (event: string, caller?: Caller): Promise<Reply> =>
    new Promise((resolve) => {
      socket.onAny((name: string, data: unknown) => {
        socket.offAny();
        resolve([name, data]);
      });
      socket.emit(event, { caller });
    });
  return new Promise((resolve) => socket.on('connect', () => resolve({ ask, close: () => socket.close() })));
}

function overWs(url: string): Promise<Connection> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  const ask = (event: string, caller?: Caller): Promise<Reply> =>
    new Promise((resolve) => {
      socket.once('message', (text: Buffer) => {
        const reply = JSON.parse(text.toString()) as { event: string; data: unknown };
        resolve([reply.event, reply.data]);
      });
      socket.send(JSON.stringify({ event, data: { caller } }));
    });
  return new Promise((resolve) => socket.once('open', () => resolve({ ask, close: () => socket.close() })));
}

const viewer: Caller = { subject: 'vera', roles: ['viewer'] };

describe.each([
  ['socket.io', (app: INestApplication) => new IoAdapter(app), overSocketIo],
  ['ws', (app: INestApplication) => new WsAdapter(app), overWs],
])('WebSocket over %s', (_, adapter, connect) => {
  let app: INestApplication;
  let connection: Connection;

  beforeAll(async () => {
    app = await NestFactory.create(SocketsModule, { logger: false });
    app.useWebSocketAdapter(adapter(app));
    await app.listen(0, '127.0.0.1');
    connection = await connect(await app.getUrl());
  });
  afterAll(async () => {
    connection.close();
    await app.close();
  });

  it('answers what is public and what is allowed', async () => {
    expect(await connection.ask('motto')).toEqual(['motto', 'motto']);
    expect(await connection.ask('posts', viewer)).toEqual(['posts', 'posts']);
  });

  it('refuses with the codes of HTTP in an `exception` event', async () => {
    expect(await connection.ask('posts')).toEqual([
      'exception',
      expect.objectContaining({ code: 'unauthenticated', status: 401 }),
    ]);
    expect(await connection.ask('posts', { subject: 'x', roles: [] })).toEqual([
      'exception',
      expect.objectContaining({ code: 'access_denied', status: 403 }),
    ]);
    expect(await connection.ask('scoped', { ...viewer, scope: [] })).toEqual([
      'exception',
      expect.objectContaining({ code: 'insufficient_scope' }),
    ]);
  });

  it('judges each message by its own caller', async () => {
    expect((await connection.ask('posts', viewer))[0]).toBe('posts');
    expect((await connection.ask('posts'))[0]).toBe('exception');
  });

  it('lists messages in the route table', () => {
    expect(
      app
        .get(RouteAudit)
        .table()
        .rows.map(({ entry }) => entry),
    ).toEqual(['socket "motto"', 'socket "posts"', 'socket "scoped"']);
  });
});
