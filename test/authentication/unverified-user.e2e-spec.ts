import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  type INestApplication,
  Injectable,
  Module,
  type NestInterceptor,
  type Provider,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Query, Resolver } from '@nestjs/graphql';
import {
  AuthModule,
  CurrentUser,
  JwtAuthGuard,
  OptionalAuth,
  Public,
  RateLimits,
  Roles,
} from 'nestjs-gatehouse';
import type { Observable } from 'rxjs';
import { graphQL, requestContext } from '../support/app/graphql.js';
import { Client } from '../support/app/client.js';
import {
  type Platform,
  platforms,
  requiredOptions,
  type RunningApp,
  startModule,
  TestUsers,
} from '../support/app/start-app.js';

const stranger = { subject: 'stranger', roles: ['admin'], expiresAt: Date.now() + 3_600_000 };
type UserRequest = { user?: unknown; headers: Record<string, string | undefined> };

const requestIn = (context: ExecutionContext): UserRequest =>
  context.getType<string>() === 'graphql'
    ? context.getArgByIndex<{ req: UserRequest }>(2).req
    : context.switchToHttp().getRequest<UserRequest>();

/** An earlier guard of the host, that believes what it is told. */
@Injectable()
class Believer implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    requestIn(context).user = { ...stranger };
    return true;
  }
}

/** A later one, that puts a row of its database in the place of the principal. */
@Injectable()
class Replacing implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    requestIn(context).user = { id: 7, subject: 'a row' };
    return next.handle();
  }
}

@Controller()
class Routes {
  @Public()
  @Get('open')
  open(@Req() { user }: UserRequest, @CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null, left: (user as { subject?: string } | undefined)?.subject ?? null };
  }

  @OptionalAuth()
  @Get('maybe')
  maybe(@Req() { user }: UserRequest, @CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null, left: (user as { subject?: string } | undefined)?.subject ?? null };
  }

  @Get('exempt')
  exempt(@Req() { user }: UserRequest, @CurrentUser('subject') subject?: string): object {
    return { subject: subject ?? null, left: (user as { subject?: string } | undefined)?.subject ?? null };
  }

  @Get('closed')
  closed(@CurrentUser('subject') subject: string): object {
    return { subject };
  }

  @Roles('admin')
  @Get('admins')
  admins(): object {
    return {};
  }

  @OptionalAuth()
  @Roles('admin')
  @Get('maybe-admins')
  maybeAdmins(): object {
    return {};
  }

  @UseInterceptors(Replacing)
  @Get('replaced')
  replaced(@Req() { user }: UserRequest, @CurrentUser('subject') subject: string): object {
    return { subject, left: (user as { subject: string }).subject };
  }

  @UseGuards(JwtAuthGuard)
  @Get('twice')
  twice(@CurrentUser('subject') subject: string): object {
    return { subject };
  }
}

@Resolver()
class WhoResolver {
  @Public()
  @Query(() => String)
  open(@CurrentUser('subject') subject?: string): string {
    return subject ?? 'nobody';
  }

  @OptionalAuth()
  @Query(() => String)
  maybe(@CurrentUser('subject') subject?: string): string {
    return subject ?? 'nobody';
  }

  @Query(() => String)
  who(@CurrentUser('subject') subject: string): string {
    return subject;
  }
}

@Module({
  imports: [graphQL(requestContext)],
  providers: [WhoResolver],
})
class GraphQLWhoModule {}

/** A session middleware that looks at nothing. */
function leaveStranger(app: INestApplication, platform: Platform): void {
  const leave = (request: UserRequest, _response: unknown, next: () => void): void => {
    request.user = { ...stranger };
    next();
  };
  if (platform === 'express') app.use(leave);
  else {
    const fastify = app.getHttpAdapter().getInstance() as { addHook(name: string, hook: typeof leave): void };
    fastify.addHook('onRequest', leave);
  }
}

interface Way {
  readonly by: string;
  /** What a root module provides runs before what it imports. */
  readonly providers: Provider[];
  readonly prepare: (app: INestApplication, platform: Platform) => unknown;
}

const ways: readonly Way[] = [
  { by: 'a middleware', providers: [], prepare: leaveStranger },
  { by: 'an earlier guard', providers: [{ provide: APP_GUARD, useClass: Believer }], prepare: () => {} },
];

async function start(platform: Platform, { providers, prepare }: Way): Promise<RunningApp> {
  const throttlers = [
    { limit: 1000, ttl: '1m' },
    { name: 'user', by: 'user', limit: 100, ttl: '1m' },
  ] as const;
  @Module({
    imports: [
      AuthModule.forRoot({
        ...requiredOptions,
        userAuthenticator: TestUsers,
        throttler: { throttlers },
        rbac: { definition: { roles: { admin: {}, demo: {} } } },
        authentication: { exemptPaths: ['/exempt'] },
      }),
      GraphQLWhoModule,
    ],
    controllers: [Routes],
    providers,
  })
  class RootModule {}
  return startModule(RootModule, { platform, prepare: (app) => prepare(app, platform) });
}

describe.each(ways.flatMap((way) => platforms.map((platform) => ({ ...way, platform }))))(
  '[11-F] what $by left as the user on $platform',
  ({ platform, ...way }) => {
    let running: RunningApp;
    let client: Client;
    let token: string;

    beforeAll(async () => {
      running = await start(platform, way);
      client = new Client(running.url);
      token = (await client.login()).access_token;
    });
    afterAll(() => running.close());

    it('is no caller where nobody has to be known', async () => {
      for (const path of ['/maybe', '/exempt'])
        expect((await client.get(path)).body).toEqual({ subject: null, left: null });
      expect((await client.get('/maybe', token)).body).toEqual({ subject: 'user-demo', left: 'user-demo' });
    });

    it('stays there for the handlers of public routes, but is no principal', async () => {
      expect((await client.get('/open')).body).toEqual({ subject: null, left: 'stranger' });
      expect((await client.get('/open', token)).body).toEqual({ subject: null, left: 'stranger' });
    });

    it("opens nothing, and is in nobody's way", async () => {
      for (const path of ['/closed', '/admins', '/maybe-admins', '/twice'])
        expect([path, (await client.get(path)).status]).toEqual([path, 401]);
      for (const path of ['/closed', '/twice'])
        expect((await client.get(path, token)).body).toEqual({ subject: 'user-demo' });
      expect((await client.get('/admins', token)).status).toBe(403);
    });

    it('is no user whose requests are counted', async () => {
      for (const path of ['/open', '/maybe']) await client.get(path);
      await client.get('/maybe', token);
      const used = async (user: string) => (await running.app.get(RateLimits).peek('user', { user })).used;
      expect(await used('stranger')).toBe(0);
      expect(await used('user-demo')).toBeGreaterThan(0);
    });

    it('is no principal of a GraphQL operation either', async () => {
      const ask = async (query: string, bearer?: string) =>
        (await client.post<{ data: unknown }>('/graphql', { query }, bearer)).body.data;
      expect(await ask('{ open maybe }')).toEqual({ open: 'nobody', maybe: 'nobody' });
      expect(await ask('{ who }')).toBeNull();
      expect(await ask('{ who maybe }', token)).toEqual({ who: 'user-demo', maybe: 'user-demo' });
    });

    it('after us, what a host puts there is not taken for the principal', async () => {
      expect((await client.get('/replaced', token)).body).toEqual({ subject: 'user-demo', left: 'a row' });
    });
  },
);
