import {
  type CanActivate,
  Controller,
  Get,
  type INestApplication,
  Injectable,
  Module,
  type ModuleMetadata,
  Post,
  Put,
  UseGuards,
  Version,
  VersioningType,
} from '@nestjs/common';
import { Args, Field, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import { EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import {
  AuthModule,
  type AuthModuleExtras,
  type AuthModuleOptions,
  defineAccess,
  OptionalAuth,
  Owner,
  OwnershipResolver,
  Permissions,
  Public,
  RequireDPoP,
  RequireFreshAuth,
  Roles,
  Scopes,
} from 'nestjs-gatehouse';
import { overrideAuth } from 'nestjs-gatehouse/testing';
import { graphQL, requestContext } from '../support/app/graphql.js';
import { adapterFor, type Platform, requiredOptions, TestUsers } from '../support/app/start-app.js';

/** The handlers that ran. None may, while somebody only knocks. */
export const ran: string[] = [];

const run = (name: string): string => {
  ran.push(name);
  return name;
};

@Injectable()
class NobodysOwn extends OwnershipResolver {
  owns(): boolean {
    run('the ownership resolver');
    return false;
  }
}

@Injectable()
class ClosedOnSundays implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Controller('things')
export class ThingsController {
  @Get(':id')
  find(): string {
    return run('find');
  }

  @Public()
  @Get('public/:id')
  open(): string {
    return run('open');
  }

  @OptionalAuth()
  @Get('optional/for/all')
  optional(): string {
    return run('optional');
  }

  @Permissions('things:write')
  @Owner(NobodysOwn)
  @Put(':id')
  change(): string {
    return run('change');
  }

  @Roles('admin')
  @RequireFreshAuth({ maxAge: '5m', amr: 'otp' })
  @Post('purge')
  purge(): string {
    return run('purge');
  }

  @Permissions('things:read')
  @Scopes('library')
  @Version(['1', '2'])
  @Post(':id/read')
  read(): string {
    return run('read');
  }

  @RequireDPoP()
  @Post('bound')
  bound(): string {
    return run('bound');
  }

  @UseGuards(ClosedOnSundays)
  @Post('sundays')
  sundays(): string {
    return run('sundays');
  }

  @Roles('admin')
  @MessagePattern({ cmd: 'purge' })
  purgeByMessage(): string {
    return run('purgeByMessage');
  }

  @EventPattern('thing.made')
  made(_event: unknown): void {
    run('made');
  }
}

@ObjectType()
class Thing {
  @Field()
  name!: string;
}

@Resolver(() => Thing)
export class ThingsResolver {
  @Roles('editor')
  @Query(() => Thing)
  thing(@Args('id') name: string): Thing {
    run('thing');
    return { name };
  }

  @Permissions('things:write')
  @ResolveField(() => String)
  secret(@Parent() { name }: Thing): string {
    return run(name);
  }
}

@WebSocketGateway()
export class ThingsGateway {
  @Permissions('things:read')
  @SubscribeMessage('things')
  things(): string {
    return run('things');
  }
}

@Injectable()
export class Nightly {
  @Roles('admin')
  clean(): string {
    return run('clean');
  }
}

/** A host of few words, for those who plant something in it. */
@Controller()
export class Rooms {
  @Get('rooms')
  list(): string {
    return 'rooms';
  }

  @Permissions('rooms:write')
  @Get('rooms/write')
  write(): string {
    return 'written';
  }

  @Roles('admin')
  @Get('rooms/keys')
  keys(): string {
    return 'keys';
  }
}

export const access = defineAccess({
  roles: {
    reader: { grants: ['things:read'] },
    editor: { inherits: ['reader'], grants: ['things:write:own'] },
    admin: { inherits: ['editor'], grants: ['*'] },
  },
  scopes: { library: ['things:read'] },
});

export interface AccessShape extends Pick<ModuleMetadata, 'controllers' | 'providers' | 'imports'> {
  readonly platform?: Platform;
  readonly options?: Partial<AuthModuleOptions>;
  readonly extras?: AuthModuleExtras;
  readonly override?: (builder: TestingModuleBuilder) => unknown;
  readonly prepare?: (app: INestApplication) => unknown;
}

const apps: INestApplication[] = [];

/** An app of a host, initialised and not listening. */
export async function startAccessHost({
  platform = 'express',
  options,
  extras,
  override,
  prepare,
  imports = [],
  ...shape
}: AccessShape): Promise<INestApplication> {
  const auth = AuthModule.forRoot({
    ...requiredOptions,
    userAuthenticator: TestUsers,
    rbac: { definition: access, audit: 'off' },
    ...options,
    ...extras,
  });
  @Module({ ...shape, imports: [auth, ...imports] })
  class HostModule {}
  const builder = Test.createTestingModule({ imports: [HostModule] });
  overrideAuth(builder);
  override?.(builder);
  const app = (await builder.compile()).createNestApplication(adapterFor(platform), { logger: false });
  apps.push(app);
  await prepare?.(app);
  await app.init();
  return app;
}

/** Every transport there is, below a prefix and with versions. */
export const everything = (platform: Platform): AccessShape => ({
  platform,
  controllers: [ThingsController],
  providers: [ThingsResolver, ThingsGateway, Nightly, NobodysOwn],
  imports: [graphQL({ ...requestContext, fieldResolverEnhancers: ['guards'] })],
  prepare: async (app) => {
    app.setGlobalPrefix('api');
    app.enableVersioning({ type: VersioningType.URI });
    app.connectMicroservice(
      { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } },
      { inheritAppConfig: true },
    );
  },
});

/** Closes what was started. */
export async function closeAll(): Promise<void> {
  for (const app of apps.splice(0)) await app.close();
}
