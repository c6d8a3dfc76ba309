import { Controller, Get, type INestApplication, Injectable, Module, Scope, UseGuards } from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import {
  type AccessDefinition,
  Owner,
  OwnershipResolver,
  Permissions,
  RoleSource,
  RouteAudit,
} from 'nestjs-gatehouse';
import { RbacGuard, RbacModule } from 'nestjs-gatehouse/rbac';
import { platforms, startModule } from '../support/app/start-app.js';
import { type Caller, CallerGuard } from './caller.guard.js';
import { access, AdminController, PostOwner, PostsController } from './posts.js';

@Module({
  imports: [RbacModule.forRoot({ definition: access, audit: 'off' })],
  controllers: [PostsController, AdminController],
  providers: [PostOwner, { provide: APP_GUARD, useClass: CallerGuard }],
})
class BlogModule {}

const viewer: Caller = { subject: 'vera', roles: ['viewer'] };
const editor: Caller = { subject: 'ed', roles: ['editor'] };
const admin: Caller = { subject: 'ada', roles: ['admin'] };

describe.each(platforms)('RbacModule on %s', (platform) => {
  let app: INestApplication;
  let url: string;

  beforeAll(async () => {
    ({ app, url } = await startModule(BlogModule, { platform, logger: false }));
  });
  afterAll(() => app.close());

  const call = (method: string, path: string, caller?: Caller): Promise<Response> =>
    fetch(`${url}${path}`, {
      method,
      headers: caller === undefined ? {} : { caller: JSON.stringify(caller) },
    });

  it.each<[string, string, Caller | undefined, number]>([
    ['GET', '/posts', undefined, 401],
    ['GET', '/posts', viewer, 200],
    ['POST', '/posts', viewer, 403],
    ['POST', '/posts', editor, 201],
    ['GET', '/posts/public', undefined, 200],
    ['GET', '/posts/optional', undefined, 200],
    ['GET', '/posts/optional', viewer, 200],
    ['GET', '/posts/plain', undefined, 401],
    ['GET', '/posts/plain', { subject: 'x', roles: [] }, 200],
    ['GET', '/posts', { subject: 'x', roles: ['made-up'] }, 403],
    ['GET', '/admin', editor, 403],
    ['GET', '/admin', admin, 200],
    ['GET', '/admin/reports', admin, 200],
    ['GET', '/admin/viewer', viewer, 200],
    ['GET', '/admin/weaker', viewer, 403],
    ['GET', '/admin/weaker', admin, 200],
    ['GET', '/admin/me', viewer, 200],
    ['GET', '/admin/me', undefined, 401],
    ['GET', '/admin/open', undefined, 200],
  ])('%s %s as %j: %i', async (method, path, caller, status) => {
    const response = await call(method, path, caller);
    expect(response.status).toBe(status);
    await response.text();
  });

  it('[6750-15] answers 401 with a challenge and a problem document', async () => {
    const response = await call('GET', '/posts');
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
  });

  it('answers 403 with a stable code and no word about what is missing', async () => {
    const response = await call('POST', '/posts', viewer);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ status: 403, code: 'access_denied' });
    expect(text).not.toContain('posts:create');
  });

  it('[6750-16] names the scope that is missing', async () => {
    const response = await call('GET', '/posts/scoped', { ...viewer, scope: ['blog.write'] });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(response.headers.get('www-authenticate')).toContain('scope="blog.read"');
  });

  it('[6750-16] [10.3.2-57] narrows rights to the scope and names one that would do', async () => {
    const response = await call('POST', '/posts', { ...editor, scope: ['blog.read'] });
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('scope="blog.write"');
    expect((await call('POST', '/posts', { ...editor, scope: ['blog.write'] })).status).toBe(201);
    expect((await call('GET', '/posts', { ...editor, scope: ['unmapped'] })).status).toBe(403);
    expect((await call('GET', '/posts', { ...editor, scope: [] })).status).toBe(403);
  });

  it.each([
    ['of-ed', 200],
    ['of-somebody', 403],
    ['truthy', 403],
    ['broken', 403],
  ])('lets an editor change post %s: %i', async (id, status) => {
    expect((await call('PATCH', `/posts/${id}`, editor)).status).toBe(status);
  });

  it('asks the owner only for those who have nothing but the own form', async () => {
    const { asked } = app.get(PostOwner);
    asked.length = 0;
    expect((await call('PATCH', '/posts/1', admin)).status).toBe(200);
    expect((await call('PATCH', '/posts/2', viewer)).status).toBe(403);
    expect((await call('PATCH', '/posts/3', editor)).status).toBe(403);
    expect(asked).toEqual(['3']);
  });

  it('prints who may call what', () => {
    const table = app.get(RouteAudit).table();
    const line = table
      .toString()
      .split('\n')
      .find((each) => each.startsWith('PATCH /posts/:id'));
    expect(table.roles).toEqual(['admin', 'editor', 'viewer']);
    expect(line).toMatch(
      /PostsController\.update\s+RbacGuard\s+permissions posts:update \+ or own by PostOwner\s+x\s+own\s+-$/,
    );
  });
});

describe('RbacModule with options out of dependency injection', () => {
  class StoredRoles extends RoleSource {
    load(): Promise<AccessDefinition> {
      return Promise.resolve(access);
    }
  }

  @Module({ providers: [StoredRoles], exports: [StoredRoles] })
  class RolesModule {}

  @UseGuards(CallerGuard, RbacGuard)
  @Controller('posts')
  class GuardedPosts {
    @Permissions('posts:create')
    @Get()
    list(): string {
      return 'list';
    }
  }

  @Module({
    imports: [
      RbacModule.forRootAsync({
        imports: [RolesModule],
        inject: [StoredRoles],
        useFactory: (source: StoredRoles) => ({ source }),
        registerGuards: false,
      }),
    ],
    controllers: [GuardedPosts],
  })
  class AsyncModule {}

  it('loads the roles of a source, and leaves the guard to those who put it behind theirs', async () => {
    const { url, close } = await startModule(AsyncModule, { logger: false });
    const status = async (caller: Caller): Promise<number> =>
      (await fetch(`${url}/posts`, { headers: { caller: JSON.stringify(caller) } })).status;
    expect([await status(editor), await status(viewer)]).toEqual([200, 403]);
    await close();
  });

  it('stops the boot when a request-scoped resolver could never be asked', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class ScopedOwner extends OwnershipResolver {
      owns(): boolean {
        return true;
      }
    }
    @Controller()
    class ScopedPosts {
      @Permissions('posts:update')
      @Owner(ScopedOwner)
      @Get()
      update(): void {}
    }
    @Module({
      imports: [RbacModule.forRoot({ definition: access, audit: 'error' })],
      controllers: [ScopedPosts],
      providers: [ScopedOwner],
    })
    class ScopedModule {}
    const app = await NestFactory.create(ScopedModule, { logger: false, abortOnError: false });
    await expect(app.init()).rejects.toThrow('no module provides ScopedOwner as a singleton');
  });
});
