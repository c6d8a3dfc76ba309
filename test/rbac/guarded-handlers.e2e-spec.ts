import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Controller, Get, type INestApplication, Injectable, UseGuards } from '@nestjs/common';
import { Field, GraphQLModule, ObjectType, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { JwtAuthGuard, Public, RequireFreshAuth, Roles } from 'nestjs-gatehouse';
import { RbacGuard } from 'nestjs-gatehouse/rbac';
import { closeAll, guardedBy, startAudited as start, warningsOf } from './audited-app.js';

afterEach(closeAll);

describe('[10-1] sockets', () => {
  @WebSocketGateway()
  class Chat {
    @Roles('admin')
    @SubscribeMessage('wipe')
    wipe(): void {}
  }
  @UseGuards(JwtAuthGuard, RbacGuard)
  @WebSocketGateway()
  class GuardedChat extends Chat {}

  /** As Nest 11 does it: its socket module knows nothing of the configuration of the application. */
  const withoutGlobalGuards = async (app: INestApplication): Promise<void> => {
    const { SocketModule } = await import('@nestjs/websockets/socket-module.js');
    const { prototype } = SocketModule as unknown as {
      prototype: Record<string, (...args: unknown[]) => unknown>;
    };
    const original = prototype['getContextCreator']!;
    prototype['getContextCreator'] = function (container, _config, filters) {
      return original.call(this, container, undefined, filters);
    };
    app.flushLogs();
    restore = () => void (prototype['getContextCreator'] = original);
  };
  let restore = (): void => undefined;
  afterEach(() => restore());

  it('are guarded by a Nest that gives gateways the global guards', async () => {
    expect(guardedBy(await start({ providers: [Chat] }))['Chat.wipe']).toBe('JwtAuthGuard, RbacGuard');
  });

  it('stop the boot under a Nest that does not, unless the gateway has the guards itself', async () => {
    await expect(start({ providers: [Chat], prepare: withoutGlobalGuards })).rejects.toThrow(
      /Chat\.wipe: no RbacGuard runs before socket "wipe" \(ws\).*put @UseGuards\(JwtAuthGuard, RbacGuard\) on Chat/,
    );
    restore();
    await start({ providers: [GuardedChat], prepare: withoutGlobalGuards });
    restore();
    await start({ providers: [Chat], prepare: withoutGlobalGuards, rbac: { guardedElsewhere: ['ws'] } });
  });
});

describe('[10-1] HTTP routes of an app without global guards', () => {
  @Injectable()
  @Controller('half')
  @UseGuards(JwtAuthGuard)
  class HalfGuarded {
    @Roles('admin')
    @Get()
    admins(): void {}
  }
  @Controller('whole')
  @UseGuards(JwtAuthGuard, RbacGuard)
  class Guarded {
    @Roles('admin')
    @RequireFreshAuth('1m')
    @Get()
    admins(): void {}
  }
  @Controller('fresh')
  @UseGuards(RbacGuard)
  class StaleGuarded {
    @RequireFreshAuth('1m')
    @Get()
    fresh(): void {}
  }
  @Controller('plain')
  class PlainRoutes {
    @Get()
    plain(): void {}
  }
  const extras = { registerGuards: false };

  it('@Roles next to JwtAuthGuard alone stops the boot', async () => {
    await expect(start({ controllers: [HalfGuarded], extras })).rejects.toThrow(
      /HalfGuarded\.admins: no RbacGuard runs before GET \/half \(http\)/,
    );
    await start({ controllers: [HalfGuarded] });
  });

  it('@RequireFreshAuth without JwtAuthGuard stops the boot', async () => {
    await expect(start({ controllers: [StaleGuarded], extras })).rejects.toThrow('no JwtAuthGuard runs');
  });

  it('both guards, or none and no decorators, are in order', async () => {
    const app = await start({ controllers: [Guarded, PlainRoutes], extras });
    expect(guardedBy(app)).toMatchObject({
      'Guarded.admins': 'JwtAuthGuard, RbacGuard',
      'PlainRoutes.plain': 'nobody',
    });
    expect(warningsOf(app)).not.toContain('PlainRoutes');
  });

  it('guards that the host registers globally count', async () => {
    const prepare = (app: INestApplication) => app.useGlobalGuards(app.get(JwtAuthGuard), app.get(RbacGuard));
    await start({ controllers: [HalfGuarded], extras, prepare });
  });
});

describe('[10-1] fields of GraphQL', () => {
  @ObjectType()
  class Post {
    @Field()
    title!: string;
  }
  @Resolver(() => Post)
  class Posts {
    @Public()
    @Query(() => Post)
    post(): Post {
      return { title: 'x' };
    }
    @Roles('admin')
    @ResolveField(() => String)
    secret(): string {
      return 'secret';
    }
  }
  const graphql = (fieldResolverEnhancers?: 'guards'[]) =>
    GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      ...(fieldResolverEnhancers && { fieldResolverEnhancers }),
    });

  it('stop the boot until Nest is told to run guards before them', async () => {
    await expect(start({ providers: [Posts], imports: [graphql()] })).rejects.toThrow(
      /Posts\.secret: no RbacGuard runs before field secret \(graphql\).*fieldResolverEnhancers: \['guards'\]/,
    );
    const app = await start({
      providers: [Posts],
      imports: [graphql(['guards'])],
      rbac: { audit: 'error' },
    });
    expect(guardedBy(app)['Posts.secret']).toBe('JwtAuthGuard, RbacGuard');
  });
});
