import { Module } from '@nestjs/common';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentUser, Public, RequireFreshAuth } from 'nestjs-gatehouse';
import { io, type Socket } from 'socket.io-client';
import { Client } from '../support/app/client.js';
import { type RunningApp, startApp } from '../support/app/start-app.js';

@WebSocketGateway()
class WhoGateway {
  @SubscribeMessage('who')
  who(@CurrentUser('subject') subject: string): unknown {
    return { event: 'who', data: subject };
  }

  @Public()
  @SubscribeMessage('open')
  open(): unknown {
    return { event: 'open', data: 'open' };
  }

  @RequireFreshAuth({ maxAge: '5m', amr: 'otp' })
  @SubscribeMessage('vault')
  vault(): unknown {
    return { event: 'vault', data: 'open' };
  }
}

@Module({ providers: [WhoGateway] })
class WhoModule {}

describe('WebSocket messages behind the guard chain', () => {
  let running: RunningApp;
  let client: Client;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    running = await startApp({ imports: [{ module: WhoModule }] });
    client = new Client(running.url);
  });
  afterAll(async () => {
    for (const socket of sockets) socket.disconnect();
    await running.close();
  });

  async function connect(token?: string): Promise<(event: string) => Promise<unknown>> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const socket = io(running.url, { transports: ['websocket'], forceNew: true, extraHeaders: headers });
    sockets.push(socket);
    await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
    return (event) =>
      new Promise((resolve) => {
        socket.onAny((_name: string, data: unknown) => {
          socket.offAny();
          resolve(data);
        });
        socket.emit(event, {});
      });
  }

  it('authenticates by the handshake, and again with each message', async () => {
    const { access_token: token } = await client.login();
    const ask = await connect(token);
    expect(await ask('who')).toBe('user-demo');
    await client.post('/auth/logout', undefined, token);
    expect(await ask('who')).toMatchObject({ code: 'invalid_token' });
  });

  it('[11-F] says what login a message asks for', async () => {
    const { access_token: token } = await client.login();
    const refusal = { code: 'fresh_auth_required', max_age: 300, amr: ['otp'] };
    expect(await (await connect(token))('vault')).toMatchObject(refusal);
  });

  it('refuses anonymous messages unless they are public', async () => {
    const ask = await connect();
    expect(await ask('who')).toMatchObject({ code: 'unauthenticated' });
    expect(await ask('open')).toBe('open');
  });
});
