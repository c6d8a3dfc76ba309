import { Controller, Get, RequestMethod, VersioningType } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { callSteps, isInitialized, routePathsOf, socketContextsOf } from './nest-app-internals.js';

@Controller('things')
class Things {
  @Get()
  list(): void {}
}

@WebSocketGateway()
class Chat {
  @SubscribeMessage('say')
  say(): string {
    return 'said';
  }
}

describe('what we read of an app of Nest is where the installed packages put it', () => {
  const make = async () => {
    const module = await Test.createTestingModule({ controllers: [Things], providers: [Chat] }).compile();
    const app = module.createNestApplication({ logger: false });
    app.setGlobalPrefix('api').enableVersioning({ type: VersioningType.URI });
    return app;
  };

  it('whether it is initialised, the paths of handlers, the contexts of gateways, and what asks guards', async () => {
    const app = await make();
    expect(isInitialized(app)).toBe(false);
    await app.init();
    expect(isInitialized(app)).toBe(true);
    const route = {
      ctrlPath: 'things',
      methodPath: ':id',
      globalPrefix: 'api',
      methodVersion: ['1'],
      versioningOptions: { type: VersioningType.URI },
    };
    expect(routePathsOf(app)?.create(route, RequestMethod.GET)).toEqual(['/api/v1/things/:id']);
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
    expect(routePathsOf({})).toBeUndefined();
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
