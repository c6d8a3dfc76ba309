import {
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  Module,
  Post,
  RequestMethod,
  UseFilters,
  UseGuards,
  Version,
} from '@nestjs/common';
import { ModulesContainer, RouterModule } from '@nestjs/core';
import { GRAPHQL_MODULE_OPTIONS } from '@nestjs/graphql/dist/graphql.constants.js';
import { Query, ResolveField, ResolveReference, Resolver } from '@nestjs/graphql';
import { EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { FastifyAdapter, RouteConfig } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  fastifyTrustProxy,
  moveFastifyHookToFront,
  GRAPHQL_OPTIONS,
  nestMetadata,
  throttlerMetadata,
  throttlersNamedOn,
} from './nest-internals.js';

@Catch()
class Filter implements ExceptionFilter {
  catch(): void {}
}

const guard: CanActivate = { canActivate: () => true };
const limit = { limit: 5, ttl: 7_000, blockDuration: 9_000, getTracker: () => 'x', generateKey: () => 'y' };

@Controller({ path: 'posts', host: 'posts.test' })
@WebSocketGateway(7000, { namespace: 'chat' })
@Resolver('Post')
class Handlers {
  @Version('2')
  @RouteConfig({ mine: true })
  @Post('create')
  http(): void {}

  @SubscribeMessage('hello')
  socket(): void {}

  @MessagePattern('posts.find')
  message(): void {}

  @Query(() => String, { name: 'posts' })
  query(): string {
    return '';
  }

  @EventPattern('posts.found', Transport.TCP)
  event(_data: unknown): void {}

  @ResolveField(() => String, { name: 'author' })
  field(): string {
    return '';
  }

  @ResolveReference()
  reference(): void {}

  @UseGuards(guard)
  guarded(): void {}

  @UseFilters(Filter)
  filtered(): void {}

  @Throttle({ strict: limit })
  @SkipThrottle({ lax: true })
  limited(): void {}
}

const { http, socket, message, event, query, field, reference, guarded, filtered, limited } =
  Handlers.prototype;

describe('what we read of Nest is where the installed packages put it', () => {
  it.each<[keyof typeof nestMetadata, object, unknown]>([
    ['path', Handlers, 'posts'],
    ['path', http, 'create'],
    ['method', http, RequestMethod.POST],
    ['version', http, '2'],
    ['host', Handlers, 'posts.test'],
    ['exceptionFilters', filtered, [Filter]],
    ['filteredExceptions', Filter, []],
    ['gateway', Handlers, true],
    ['gatewayOptions', Handlers, { namespace: 'chat' }],
    ['gatewayPort', Handlers, 7000],
    ['messageMapping', socket, true],
    ['message', socket, 'hello'],
    ['messagePattern', message, ['posts.find']],
    ['messageHandlerType', message, 1],
    ['messageHandlerType', event, 2],
    ['messageTransport', event, Transport.TCP],
    ['resolverProperty', field, true],
    ['resolverReference', reference, true],
    ['guards', guarded, [guard]],
    ['resolverType', query, 'Query'],
    ['resolverName', query, 'posts'],
    ['fastifyRouteConfig', http, { mine: true }],
  ])('%s', (key, target, expected) => {
    expect(Reflect.getMetadata(nestMetadata[key], target)).toEqual(expected);
  });

  it('modulePath', async () => {
    @Module({})
    class Mounted {}
    const mounted = { path: 'v1', module: Mounted };
    const testing = await Test.createTestingModule({
      imports: [Mounted, RouterModule.register([mounted])],
    }).compile();
    const { applicationId } = testing.get(ModulesContainer);
    expect(Reflect.getMetadata(`${nestMetadata.modulePath}${applicationId}`, Mounted)).toBe('/v1');
  });

  it.each<[keyof typeof throttlerMetadata, string, unknown]>([
    ['skip', 'lax', true],
    ['limit', 'strict', limit.limit],
    ['ttl', 'strict', limit.ttl],
    ['blockDuration', 'strict', limit.blockDuration],
    ['tracker', 'strict', limit.getTracker],
    ['keyGenerator', 'strict', limit.generateKey],
  ])('throttler: %s', (key, throttler, expected) => {
    expect(Reflect.getMetadata(`${throttlerMetadata[key]}${throttler}`, limited)).toBe(expected);
  });

  it('the options of GraphQL modules', () => {
    expect(GRAPHQL_OPTIONS).toBe(GRAPHQL_MODULE_OPTIONS);
  });

  it('the names that @Throttle gives a limit to', () => {
    expect(throttlersNamedOn([limited, Handlers])).toEqual(['strict']);
  });

  it.each([true, '10.0.0.1', false])(
    'trustProxy %j of a Fastify instance, and of a plugin inside',
    (trustProxy) => {
      const instance = new FastifyAdapter({ trustProxy }).getInstance();
      expect(fastifyTrustProxy(instance)).toBe(trustProxy);
      expect(fastifyTrustProxy(Object.create(instance) as object)).toBe(trustProxy);
    },
  );

  it('an object that is no Fastify instance trusts nobody', () => {
    expect(fastifyTrustProxy(undefined)).toBeUndefined();
    expect(fastifyTrustProxy({})).toBeUndefined();
  });

  it('the hooks of a Fastify instance, in the order in which they run', async () => {
    const ran: string[] = [];
    const hook = (name: string) => (_request: unknown, _reply: unknown, done: () => void) => {
      ran.push(name);
      done();
    };
    const instance = new FastifyAdapter().getInstance();
    const second = hook('second');
    instance.addHook('onRequest', hook('first'));
    instance.addHook('onRequest', second);
    await instance.after();
    moveFastifyHookToFront(instance, 'onRequest', second);
    moveFastifyHookToFront(instance, 'onRequest', hook('a stranger'));
    await instance.inject('/');
    expect(ran).toEqual(['second', 'first']);
  });
});
