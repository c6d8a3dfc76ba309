import { Controller, Get, RequestMethod, VersioningType } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { callSteps, routePathsOf, socketContextsOf } from './nest-app-internals.js';

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
    return app.init();
  };

  it('the paths of handlers, the contexts of gateways, and what asks guards', async () => {
    const app = await make();
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
    expect(socketContextsOf({ socketModule: null })).toBeUndefined();
  });
});
