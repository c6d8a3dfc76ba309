import { Controller, Get, Injectable } from '@nestjs/common';
import {
  Authenticated,
  CurrentUser,
  OptionalAuth,
  Owner,
  OwnershipResolver,
  Permissions,
  Public,
  RequireFreshAuth,
  Roles,
  Scopes,
} from 'nestjs-gatehouse';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

@Injectable()
class NobodysOwn extends OwnershipResolver {
  owns(): boolean {
    return false;
  }
}

/** Who is calling, as the handler sees it. */
class Answers {
  protected answer(subject: string | undefined): object {
    return { sub: subject ?? null };
  }
}

@Controller('exempt')
class ExemptRoutes extends Answers {
  @Get('plain')
  plain(@CurrentUser('subject') subject?: string): object {
    return this.answer(subject);
  }

  @Public()
  @Get('public')
  open(@CurrentUser('subject') subject?: string): object {
    return this.answer(subject);
  }

  @OptionalAuth()
  @Get('optional')
  optional(@CurrentUser('subject') subject?: string): object {
    return this.answer(subject);
  }

  @Authenticated()
  @Get('authenticated')
  authenticated(): object {
    return {};
  }

  @Roles('admin')
  @Get('roles')
  roles(): object {
    return {};
  }

  @Permissions('things:read')
  @Get('permissions')
  permissions(): object {
    return {};
  }

  @Scopes('things')
  @Get('scopes')
  scopes(): object {
    return {};
  }

  @Owner(NobodysOwn)
  @Get('owner')
  owner(): object {
    return {};
  }

  @RequireFreshAuth('5m')
  @Get('fresh')
  fresh(): object {
    return {};
  }
}

@Authenticated()
@Controller('exempt/class')
class DecoratedClass extends Answers {
  @Get()
  route(): object {
    return {};
  }
}

@Controller('exempt/derived')
class DerivedClass extends DecoratedClass {}

const decorated = ['authenticated', 'roles', 'permissions', 'scopes', 'owner', 'fresh', 'class', 'derived'];
const everywhere = platforms.flatMap((platform) =>
  (['authenticated', 'deny'] as const).map((defaultPolicy) => ({ platform, defaultPolicy })),
);

describe.each(everywhere)(
  '[10-2] exemptPaths on $platform, default policy $defaultPolicy',
  ({ platform, defaultPolicy }) => {
    let running: RunningApp;
    let client: Client;
    let token: string;

    beforeAll(async () => {
      running = await startApp({
        platform,
        controllers: [ExemptRoutes, DecoratedClass, DerivedClass],
        imports: [{ module: class OwnersModule {}, providers: [NobodysOwn] }],
        options: {
          throttler: false,
          authentication: { exemptPaths: ['/exempt/*', '/auth/*'] },
          rbac: {
            definition: { roles: { admin: { grants: ['things:read'] } }, scopes: { things: ['*'] } },
            defaultPolicy,
          },
        },
      });
      client = new Client(running.url);
      token = (await client.login('admin')).access_token;
    });
    afterAll(() => running.close());

    it.each(decorated)('does not exempt the decorated route %s', async (path) => {
      expect((await client.get(`/exempt/${path}`)).body).toMatchObject({ code: 'unauthenticated' });
      expect((await client.get(`/exempt/${path}`, 'a.b.c')).body).toMatchObject({ code: 'invalid_token' });
    });

    // A route that asks for nothing but a fresh login says nothing about access, which `deny` refuses.
    const fresh = defaultPolicy === 'deny' ? [] : ['fresh'];
    it.each(['authenticated', 'roles', 'permissions', 'class', 'derived', ...fresh])(
      'lets a good admin into the decorated route %s',
      async (path) => {
        expect((await client.get(`/exempt/${path}`, token)).status).toBe(200);
      },
    );

    it('looks at the token on an undecorated one, where there is one', async () => {
      expect((await client.get('/exempt/plain')).body).toEqual({ sub: null });
      expect((await client.get('/exempt/plain', token)).body).toEqual({ sub: 'user-admin' });
      expect((await client.get('/exempt/plain', 'a.b.c')).body).toMatchObject({ code: 'invalid_token' });
      const { access_token: ended } = await client.login('admin');
      await client.post('/auth/logout', undefined, ended);
      expect((await client.get('/exempt/plain', ended)).body).toMatchObject({ code: 'invalid_token' });
    });

    it('leaves credentials of another scheme to whom they are for', async () => {
      const headers = { authorization: 'Basic YTpi' };
      expect((await client.send('GET', '/exempt/plain', { headers })).body).toEqual({ sub: null });
    });

    it('changes nothing on public and optional routes', async () => {
      expect((await client.get('/exempt/public', 'a.b.c')).body).toEqual({ sub: null });
      expect((await client.get('/exempt/optional')).body).toEqual({ sub: null });
      expect((await client.get('/exempt/optional', 'a.b.c')).status).toBe(401);
    });

    it('keeps our own endpoints to their users', async () => {
      for (const path of ['/auth/me', '/auth/sessions']) {
        expect((await client.get(path)).body).toMatchObject({ code: 'unauthenticated' });
        expect((await client.get(path, token)).status).toBe(200);
      }
      for (const path of ['/auth/logout-all', '/auth/logout-others'])
        expect((await client.post(path)).body).toMatchObject({ code: 'unauthenticated' });
    });
  },
);
