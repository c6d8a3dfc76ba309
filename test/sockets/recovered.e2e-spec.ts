import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { SocketAuthenticator, TokenService } from 'nestjs-gatehouse';
import { io, type Socket } from 'socket.io-client';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';
import { until } from '../support/until.js';
import { News, socketIoNews } from './gateways.js';
import { connectionsOf } from './socket-server.js';

/** Keeps sockets for those whose connection broke. */
class RecoveringAdapter extends IoAdapter {
  constructor(
    app: INestApplication,
    private readonly skipMiddlewares: boolean,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: object): ReturnType<IoAdapter['createIOServer']> {
    const connectionStateRecovery = {
      maxDisconnectionDuration: 600_000,
      skipMiddlewares: this.skipMiddlewares,
    };
    return super.createIOServer(port, { ...options, connectionStateRecovery } as never);
  }
}

@Module({})
class TestModule {}

const news: DynamicModule = { module: TestModule, imports: [socketIoNews({})], exports: [] };

describe.each([true, false])(
  '[10-5] a recovered socket.io connection, skipMiddlewares: %s',
  (skipMiddlewares) => {
    let running: RunningApp;
    let socket: Socket;
    let heard: string[];
    let exceptions: unknown[];
    let refusals: unknown[];

    beforeEach(async () => {
      running = await startApp({
        imports: [news],
        options: { throttler: false, authentication: { socketCheckInterval: '100ms' } },
        prepare: (app) => app.useWebSocketAdapter(new RecoveringAdapter(app, skipMiddlewares)),
      });
      [heard, exceptions, refusals] = [[], [], []];
    });
    afterEach(async () => {
      socket.disconnect();
      await running.close();
    });

    /** A client that has heard something, without which nothing is recovered. */
    async function connect(token: string): Promise<void> {
      socket = io(running.url, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        auth: { token },
      });
      socket.on('news', (text: string) => heard.push(text));
      socket.on('exception', ({ code }: { code: unknown }) => exceptions.push(code));
      socket.on('connect_error', (error) =>
        refusals.push((error as { data?: { code?: unknown } }).data?.code),
      );
      await until('the client hears something', () => {
        running.app.get(News, { strict: false }).tell('first');
        return heard.length > 0;
      });
    }

    /** The connection breaks, as it does in a tunnel, and the client comes back. */
    async function breakOff(meanwhile: () => Promise<unknown>): Promise<void> {
      const before = connectionsOf(running);
      socket.io.engine.close();
      await until('the server has noticed', () => connectionsOf(running) === before - 1);
      await meanwhile();
      socket.connect();
    }

    it('goes on and is watched, while its token is good', async () => {
      const { access_token: token } = await new Client(running.url).login();
      await connect(token);
      await breakOff(async () => {});
      await until('it is back', () => socket.connected && connectionsOf(running) === 1);
      expect(socket.recovered).toBe(true);
      await running.app.get(TokenService).revoke(await running.app.get(TokenService).verify(token));
      await until('it is closed', () => !socket.connected);
      expect(exceptions).toEqual(['invalid_token']);
      expect(running.app.get(SocketAuthenticator).connections).toBe(0);
    });

    it('is ended when its session was, meanwhile', async () => {
      const client = new Client(running.url);
      const { access_token: token } = await client.login();
      await connect(token);
      await breakOff(() => client.post('/auth/logout', undefined, token));
      const told = skipMiddlewares ? exceptions : refusals;
      await until('the client is told', () => told.length > 0);
      expect(told).toEqual(['invalid_token']);
      await until('it is closed', () => !socket.connected);
      expect(connectionsOf(running)).toBe(0);
      const count = heard.length;
      running.app.get(News, { strict: false }).tell('later');
      await client.get('/auth/me');
      expect(heard).toHaveLength(count);
    });
  },
);
