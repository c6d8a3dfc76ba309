import { ExternalContextCreator } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { callSteps, isInitialized, socketContextsOf } from './nest-app-internals.js';

@WebSocketGateway()
class Chat {
  @SubscribeMessage('say')
  say(): string {
    return 'said';
  }
}

describe('what we read of an app of Nest is where the installed packages put it', () => {
  it('whether it is initialised, the contexts of gateways, and what asks guards', async () => {
    const module = await Test.createTestingModule({ providers: [Chat] }).compile();
    const app = module.createNestApplication({ logger: false });
    expect(isInitialized(app)).toBe(false);
    await app.init();
    expect(isInitialized(app)).toBe(true);
    const chat = app.get(Chat);
    const say = socketContextsOf(app)?.create(chat, Reflect.get(chat, 'say'), 'none', 'say');
    expect(await say?.({}, {})).toBe('said');
    const [guards, interceptors] = callSteps(app.get(ExternalContextCreator));
    expect(await guards.tryActivate([], [], chat, Chat)).toBe(true);
    expect(await interceptors.intercept([], [], chat, Chat, async () => 'next')).toBe('next');
    await app.close();
  });

  it('and where it is elsewhere some day, that is said', () => {
    expect(() => callSteps({})).toThrow('asks its guards in another way');
    expect(() => isInitialized({})).toThrow('says in another way whether an app is initialised');
    const serving = { useWebSocketAdapter: () => {} };
    for (const moved of [{}, { socketModule: {} }, { socketModule: { webSocketsController: {} } }])
      expect(() => socketContextsOf({ ...serving, ...moved })).toThrow('calls its gateways in another way');
  });

  it('and where gateways have no server, there is none to find', async () => {
    expect(socketContextsOf({ useWebSocketAdapter: () => {}, socketModule: null })).toBeUndefined();
    const module = await Test.createTestingModule({ providers: [Chat] }).compile();
    expect(socketContextsOf(module)).toBeUndefined();
  });
});
