import { Controller, type ExecutionContext, Get, Injectable, Module, type Type } from '@nestjs/common';
import { LazyModuleLoader, NestFactory } from '@nestjs/core';
import {
  AccessControl,
  type AccessDefinition,
  type AccessFeature,
  AuthModule,
  LiveRoleGraph,
  Owner,
  OwnershipResolver,
  Permissions,
  type Principal,
  RoleSource,
} from 'nestjs-gatehouse';
import { RbacModule } from 'nestjs-gatehouse/rbac';
import { Client } from '../support/app/client.js';
import { platforms, type RunningApp, startApp } from '../support/app/start-app.js';

/** What a resolver of the feature needs, exported by another module. */
@Injectable()
class Articles {
  readonly authors = new Map([['1', 'user-demo']]);
}

@Module({ providers: [Articles], exports: [Articles] })
class ArticlesDataModule {}

@Injectable()
class ArticleOwner extends OwnershipResolver {
  constructor(private readonly articles: Articles) {
    super();
  }

  owns({ subject }: Principal, context: ExecutionContext): boolean {
    const { params } = context.switchToHttp().getRequest<{ params: { id: string } }>();
    return this.articles.authors.get(params.id) === subject;
  }
}

@Controller('articles')
class ArticlesController {
  @Permissions('articles:read')
  @Get()
  list(): string {
    return 'ok';
  }

  @Permissions('articles:update')
  @Owner(ArticleOwner)
  @Get(':id/update')
  update(): string {
    return 'ok';
  }
}

const articles: AccessFeature = {
  name: 'articles',
  permissions: ['articles:read', 'articles:update'],
  scopes: { 'articles.read': ['articles:read'] },
  owners: [ArticleOwner],
  imports: [ArticlesDataModule],
};
const definition: AccessDefinition = { roles: { demo: { grants: ['*:read', 'articles:*:own'] } } };

describe.each(platforms)('[15] AuthModule.forFeature() on %s', (platform) => {
  @Module({ imports: [AuthModule.forFeature(articles)], controllers: [ArticlesController] })
  class ArticlesModule {}

  let running: RunningApp;
  let client: Client;
  let token: string;

  beforeAll(async () => {
    running = await startApp({
      platform,
      options: { rbac: { definition, audit: 'error' } },
      imports: [{ module: ArticlesModule }],
    });
    client = new Client(running.url);
    token = (await client.login()).access_token;
  });
  afterAll(() => running.close());

  it.each([
    ['/articles', 200],
    ['/articles/1/update', 200],
    ['/articles/2/update', 403],
  ])('knows its permissions and its resolver: %s is %i', async (path, status) => {
    expect((await client.get(path, token)).status).toBe(status);
  });

  it('narrows by its scopes', () => {
    const access = running.app.get(AccessControl);
    const can = (scope: string[], permission: string) => access.can({ roles: ['demo'], scope }, permission);
    expect(can(['articles.read'], 'articles:read')).toBe(true);
    expect(can(['articles.read'], 'comments:read')).toBe(false);
  });
});

/** Boots an app that is there for its boot alone. */
const boot = async (...imports: NonNullable<Parameters<typeof Module>[0]['imports']>) => {
  @Module({ imports })
  class AppModule {}
  return NestFactory.createApplicationContext(AppModule, { logger: false, abortOnError: false }).then((app) =>
    app.init(),
  );
};
const boots: [string, Type<unknown> & Pick<typeof RbacModule, 'forFeature'>, (given: object) => object][] = [
  ['RbacModule', RbacModule, (rbac) => RbacModule.forRootAsync({ useFactory: () => rbac })],
  [
    'AuthModule',
    AuthModule,
    (rbac) =>
      AuthModule.forRootAsync({
        useFactory: () => ({
          issuer: 'https://auth.test',
          audience: 'api',
          keys: { secret: 'a secret of this test, long enough' },
          rbac,
        }),
        endpoints: { auth: false },
      }),
  ],
];

describe.each(boots)('[15] forFeature() of %s with async options', (_, door, root) => {
  const setUp = (given: object) => root(given) as ReturnType<typeof RbacModule.forRoot>;

  it('merges what several features state', async () => {
    const other = { name: 'comments', permissions: ['comments:read'], scopes: { all: ['*'] } };
    const app = await boot(door.forFeature(articles), setUp({ definition }), door.forFeature(other));
    const { permissions, scopes } = app.get(LiveRoleGraph).current.toJSON();
    expect(permissions).toEqual(['articles:read', 'articles:update', 'comments:read']);
    expect(scopes).toEqual({ all: ['*'], 'articles.read': ['articles:read'] });
    await app.close();
  });

  it('takes one that is imported twice as one', async () => {
    const dynamic = door.forFeature(articles);
    @Module({ imports: [dynamic] })
    class Other {}
    await (await boot(dynamic, setUp({ definition }), Other)).close();
  });

  it('refuses what two state, all of it at once, and says who', async () => {
    const other = {
      name: 'news',
      permissions: ['articles:read'],
      scopes: { 'articles.read': ['*'], own: ['*'] },
    };
    const own = { ...definition, scopes: [['own', ['a']]] as const, permissions: ['articles:update'] };
    const told = boot(
      door.forFeature(articles),
      setUp({ definition }),
      door.forFeature(other),
      door.forFeature({ name: 'news' }),
    );
    await expect(told).rejects.toThrow(/3 mistake/);
    await expect(told).rejects.toThrow(
      "permission 'articles:read' is stated by forFeature(articles) already",
    );
    await expect(told).rejects.toThrow("scope 'articles.read' is stated by forFeature(articles) already");
    await expect(told).rejects.toThrow("the name 'news' is stated by forFeature(news) already");
    const against = boot(door.forFeature(articles), setUp({ definition: own }));
    await expect(against).rejects.toThrow("permission 'articles:update' is stated by the definition already");
  });

  it('refuses what is malformed, all of it at once', async () => {
    const wrong = {
      name: 'a b',
      permissions: ['a:*', 7],
      scopes: { x: 'all', 'y z': ['a b'] },
      owners: [Articles, undefined],
      permisions: [],
    };
    const told = boot(
      setUp({ definition }),
      door.forFeature(wrong as never),
      door.forFeature(undefined as never),
    );
    for (const place of [
      'name',
      'permissions[0]',
      'permissions[1]',
      'scopes.x',
      'scopes.y z[0]',
      'owners[0]',
      'owners[1]',
      'permisions',
    ])
      await expect(told).rejects.toThrow(`forFeature(a b).${place}`);
    await expect(told).rejects.toThrow('forFeature(1): expected an object');
    const scopes = new Map([['all', ['*']]]);
    const mapped = boot(setUp({ definition }), door.forFeature({ name: 'map', scopes } as never));
    await expect(mapped).rejects.toThrow('forFeature(map).scopes: expected an object literal');
  });

  it('adds to what a source loads, now and later; what it states by then changes nothing', async () => {
    class Source extends RoleSource {
      definition = definition;
      async load(): Promise<AccessDefinition> {
        return this.definition;
      }
    }
    const source = new Source();
    const app = await boot(setUp({ source }), door.forFeature(articles));
    const graph = app.get(LiveRoleGraph);
    expect(graph.current.scopes).toEqual(['articles.read']);
    source.definition = { ...definition, scopes: { more: ['*'] } };
    expect(await graph.reload()).toMatchObject({ verdict: 'reloaded' });
    expect(graph.current.scopes).toEqual(['articles.read', 'more']);
    source.definition = { ...definition, scopes: { 'articles.read': ['*'] } };
    expect(await graph.reload()).toMatchObject({ verdict: 'rejected' });
    expect(graph.current.scopes).toEqual(['articles.read', 'more']);
    await app.close();
  });

  it('refuses a module that is loaded when the graph is long made', async () => {
    @Module({ imports: [door.forFeature({ name: 'late', permissions: ['late:read'] })] })
    class LateModule {}
    const app = await boot(setUp({ definition }));
    const loaded = app.get(LazyModuleLoader).load(() => LateModule);
    await expect(loaded).rejects.toThrow(/forFeature\(late\): was loaded after the role graph was made/);
    await app.close();
  });

  it('says so where there is no graph', async () => {
    await expect(boot(door.forFeature(articles))).rejects.toThrow('adds names to nothing');
  });
});
