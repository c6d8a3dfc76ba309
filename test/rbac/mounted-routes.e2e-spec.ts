import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  Controller,
  Get,
  type INestApplication,
  type MiddlewareConsumer,
  Module,
  type NestModule,
} from '@nestjs/common';
import { GraphQLModule, Query, Resolver } from '@nestjs/graphql';
import type { FastifyInstance } from 'fastify';
import { Public, RouteAudit } from 'nestjs-gatehouse';
import { platforms } from '../support/app/start-app.js';
import { closeAll, startAudited as start, warningsOf } from './audited-app.js';

type Respond = (request: unknown, response: { send(text: string): void }) => unknown;
type Mounts = Record<string, (path: unknown, ...rest: readonly unknown[]) => unknown>;

const respond: Respond = (_request, response) => response.send('raw');
const pass = (_request: unknown, _response: unknown, next: () => void): void => next();
const adapterOf = (app: INestApplication): Mounts => app.getHttpAdapter() as unknown as Mounts;
const instanceOf = <T>(app: INestApplication): T => app.getHttpAdapter().getInstance() as T;

/** What the audit warned of, sorted. */
const found = (app: INestApplication): readonly string[] =>
  [...warningsOf(app).matchAll(/- (.+): is mounted on the HTTP adapter/g)].map(([, entry]) => entry!).sort();

/** The rows of the table for what is mounted beside Nest: `<who guards it> <entry>`, sorted. */
const rowsOf = (app: INestApplication): readonly string[] =>
  app
    .get(RouteAudit)
    .table()
    .rows.filter(({ transport }) => transport === 'adapter')
    .map(({ entry, guardedBy }) => `${guardedBy} ${entry}`)
    .sort();

@Controller('nest')
class NestRoutes {
  @Get()
  plain(): void {}
}

@Resolver()
class Greetings {
  @Public()
  @Query(() => String)
  hello(): string {
    return 'hello';
  }
}

afterEach(closeAll);

describe.each(platforms)('[10-1] routes that are mounted on the adapter of %s', (platform) => {
  const mount = (app: INestApplication): void => {
    adapterOf(app)['get']!('/raw', respond);
    app.use('/queues', pass);
    app.use(pass);
  };

  it('are findings and rows of the table; the routes of Nest and plain middleware are not', async () => {
    const app = await start({
      platform,
      controllers: [NestRoutes],
      prepare: (host) => {
        host.enableCors();
        mount(host);
      },
    });
    await app.listen(0, '127.0.0.1');
    expect(found(app)).toEqual(['GET /raw', 'use /queues']);
    expect(rowsOf(app)).toEqual(['nobody GET /raw', 'nobody use /queues']);
    await expect(start({ platform, prepare: mount, rbac: { audit: 'error' } })).rejects.toThrow('GET /raw');
  });

  it('are not those that Nest mounts for a prefix and for middleware', async () => {
    @Module({ controllers: [NestRoutes] })
    class HostModule implements NestModule {
      configure(consumer: MiddlewareConsumer): void {
        consumer.apply(pass).forRoutes(NestRoutes);
      }
    }
    const prepare = (app: INestApplication): unknown => app.setGlobalPrefix('v1', { exclude: ['nest'] });
    await start({ platform, imports: [HostModule], prepare, rbac: { audit: 'error' } });
  });

  it("are the host's where it says so", async () => {
    const rbac = { audit: 'error', guardedElsewhere: ['/raw', '/queues'] } as const;
    await start({ platform, prepare: mount, rbac });
    await start({ platform, prepare: mount, rbac: { audit: 'error', guardedElsewhere: ['adapter'] } });
  });

  it("are the host's below a path where it says so, and neither beside it nor at it", async () => {
    const app = await start({
      platform,
      prepare: (host) => {
        for (const path of ['/docs', '/docs/', '/docs/a/b', '/docs-json'])
          adapterOf(host)['get']!(path, respond);
      },
      rbac: { guardedElsewhere: ['/docs/*'] },
    });
    expect(found(app)).toEqual(['GET /docs', 'GET /docs-json']);
  });

  it('are noticed when they are mounted later', async () => {
    const app = await start({ platform, controllers: [NestRoutes] });
    mount(app);
    expect(found(app)).toEqual(['GET /raw', 'use /queues']);
  });

  it.each(['all', 'search', 'query', 'propfind', 'proppatch', 'mkcol', 'copy', 'move', 'lock', 'unlock'])(
    'are noticed whatever the verb: %s',
    async (verb) => {
      const app = await start({ platform, prepare: (host) => adapterOf(host)[verb]!('/raw', respond) });
      expect(found(app)).toEqual([`${verb.toUpperCase()} /raw`]);
    },
  );

  it('are named by what the host can write where a path is no such word', async () => {
    const prepare = (host: INestApplication): unknown =>
      platform === 'express'
        ? adapterOf(host)['get']!(/^\/a b$/, respond)
        : instanceOf<FastifyInstance>(host).get('*', respond as never);
    expect(warningsOf(await start({ platform, prepare }))).toMatch(
      /or name adapter in rbac\.guardedElsewhere/,
    );
  });

  it('are no findings where GraphQL answers, and are beside it', async () => {
    const graphql = GraphQLModule.forRoot<ApolloDriverConfig>({
      driver: ApolloDriver,
      autoSchemaFile: true,
      path: 'api/graphql/',
      useGlobalPrefix: true,
    });
    const prepare = (app: INestApplication): void => {
      app.setGlobalPrefix('v1');
      adapterOf(app)['get']!('/raw/v1/api/graphql', respond);
      adapterOf(app)['get']!('/api/graphql', respond);
    };
    const app = await start({ platform, providers: [Greetings], imports: [graphql], prepare });
    expect(found(app)).toEqual(['GET /api/graphql', 'GET /raw/v1/api/graphql']);
  });
});

describe('[10-1] routes that are mounted on Express', () => {
  it('are noticed with a list of paths, and with a pattern', async () => {
    const prepare = (app: INestApplication): void => {
      adapterOf(app)['get']!(['/a', ['/b', /^\/c/]], respond);
      adapterOf(app)['use']!(['/d', '/e'], pass);
    };
    const entries = ['GET /^\\/c/', 'GET /a', 'GET /b', 'use /d', 'use /e'];
    expect(found(await start({ prepare }))).toEqual(entries);
    const guardedElsewhere = ['/a', '/b', '/^\\/c/', '/d', '/e'];
    await start({ prepare, rbac: { audit: 'error', guardedElsewhere } });
  });

  it('are noticed where they go past the adapter', async () => {
    const app = await start({
      prepare: (host) => {
        const express = instanceOf<Mounts>(host);
        express['get']!('/raw', respond);
        express['m-search']!('/raw', respond);
        express['all']!('/all', respond);
        express['use']!('/router', pass);
        (express['route']!('/route') as Mounts)['get']!(respond);
        express['get']!('etag');
      },
    });
    expect(found(app)).toEqual(['route /all', 'route /raw', 'route /route', 'use /router']);
  });
});

describe('[10-1] routes that are mounted on Fastify', () => {
  it('are noticed where they go past the adapter: with several verbs, and in plugins', async () => {
    const app = await start({
      platform: 'fastify',
      controllers: [NestRoutes],
      prepare: (host) => {
        const fastify = instanceOf<FastifyInstance>(host);
        const handler = respond as never;
        fastify.route({ method: ['PUT', 'POST'], url: '/raw', handler });
        fastify.get('/raw', handler);
        fastify.all('/all', handler);
        fastify.register((plugin) => plugin.delete('/inside', handler), { prefix: '/plugin' });
      },
    });
    await app.listen(0, '127.0.0.1');
    expect(found(app)).toEqual(['ALL /all', 'DELETE /plugin/inside', 'GET /raw', 'PUT, POST /raw']);
  });

  it('stop the start with `audit: error`, in plugins as well', async () => {
    const listens = async (): Promise<void> => {
      const app = await start({
        platform: 'fastify',
        rbac: { audit: 'error' },
        prepare: (host) =>
          instanceOf<FastifyInstance>(host).register((plugin) => plugin.get('/inside', respond as never)),
      });
      await app.listen(0, '127.0.0.1');
    };
    await expect(listens()).rejects.toThrow('GET /inside');
  });
});
