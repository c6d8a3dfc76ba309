import { Controller, Get, type INestApplication, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  ApiKeyService,
  AuthModule,
  type AuthModuleOptions,
  CurrentUser,
  defineAccess,
  GatehouseHealth,
  Permissions,
  type Principal,
  Public,
  RequireFreshAuth,
  Roles,
  Scopes,
  UserAuthenticator,
} from 'nestjs-gatehouse';
import { type ManualClock, overrideAuth } from 'nestjs-gatehouse/testing';
import { Client } from '../support/app/client.js';
import { adapterFor, type Platform, requiredOptions } from '../support/app/start-app.js';

/** The app's own, which asks a database that no test has. */
@Injectable()
class DatabaseUsers extends UserAuthenticator {
  override authenticate(): never {
    throw new Error('there is no database');
  }
}

@Controller()
class Routes {
  constructor(private readonly health: GatehouseHealth) {}

  @Get('me')
  me(@CurrentUser() user: Principal): object {
    const { subject, roles, scope, clientId, sessionId, acr, amr, claims } = user;
    return { subject, roles, scope, clientId, hasSession: sessionId !== undefined, acr, amr, claims };
  }

  @Roles('editor')
  @Get('edit')
  edit(): string {
    return 'edited';
  }

  @Permissions('books:read')
  @Scopes('library')
  @Get('books')
  books(): string {
    return 'books';
  }

  @RequireFreshAuth({ maxAge: '5m' })
  @Get('vault')
  vault(): string {
    return 'open';
  }

  @Public()
  @Get('health')
  check(): object {
    return this.health.check();
  }
}

// Nobody listens there: a connection would be seen.
const options = {
  ...requiredOptions,
  redis: 'redis://127.0.0.1:1',
  keys: { algorithm: 'ES256' },
  apiKeys: true,
  throttler: { throttlers: [{ limit: 100, ttl: '60s' }] },
  rbac: {
    definition: defineAccess({
      roles: { editor: { grants: ['books:*'] }, reader: { grants: ['books:read'] } },
      scopes: { library: ['books:read'] },
    }),
  },
} satisfies AuthModuleOptions;

const extras = { userAuthenticator: DatabaseUsers, problemDetailsFor: 'all' } as const;

const setUps = {
  forRoot: () => AuthModule.forRoot({ ...options, ...extras }),
  forRootAsync: () => AuthModule.forRootAsync({ useFactory: async () => options, ...extras }),
};

/** An app of a host, of which its own tests replace what the kit replaces. */
export interface KitHost {
  readonly app: INestApplication;
  readonly clock: ManualClock;
  readonly users: ReturnType<typeof overrideAuth>['users'];
  readonly http: Client;
  readonly keys: ApiKeyService;
}

/** Starts it. `AuthModule` is set up below the module that is tested, as in most apps. */
export async function startHost(platform: Platform, setUp: keyof typeof setUps): Promise<KitHost> {
  @Module({ imports: [setUps[setUp]()] })
  class AuthenticationModule {}
  @Module({ imports: [AuthenticationModule], controllers: [Routes] })
  class AppModule {}
  const builder = Test.createTestingModule({ imports: [AppModule] });
  const { clock, users } = overrideAuth(builder, {
    users: [
      {
        username: 'ada',
        password: 'correct horse',
        subject: 'user-1',
        roles: ['editor'],
        scope: ['library'],
      },
      { username: 'eve', password: 'battery staple', disabled: true },
    ],
  });
  const app = (await builder.compile()).createNestApplication(adapterFor(platform), { logger: false });
  await app.listen(0, '127.0.0.1');
  const http = new Client((await app.getUrl()).replace('[::1]', '127.0.0.1'));
  return { app, clock, users, http, keys: app.get(ApiKeyService, { strict: false }) };
}
