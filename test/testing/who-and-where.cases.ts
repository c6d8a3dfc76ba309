import { Controller, Get, Module } from '@nestjs/common';
import { defineAccess, Roles } from 'nestjs-gatehouse';
import { describeAccess } from 'nestjs-gatehouse/testing';
import { type AccessShape, closeAll, startAccessHost } from './access-host.js';

afterAll(closeAll);

const host = (shape: AccessShape): ReturnType<typeof startAccessHost> =>
  startAccessHost({ extras: { endpoints: { auth: false, wellKnown: false } }, ...shape });

it.each(['express', 'fastify'] as const)('knocks find hosts and optional parts (%s)', async (platform) => {
  @Controller({ host: ['one.test', 'two.test'], path: 'hosts' })
  class Hosts {
    @Get()
    both(): void {}
  }
  @Controller('parts')
  class Parts {
    @Get(platform === 'express' ? 'a{/:b{/:c}}' : 'a/:b?')
    optional(): void {}
  }
  const { differences } = await describeAccess(await host({ platform, controllers: [Hosts, Parts] }));
  expect(differences).toEqual([]);
});

it('knocks find what is mounted with a module, whoever said so', async () => {
  @Controller('things')
  class Things {
    @Get()
    list(): void {}
  }
  @Module({ controllers: [Things] })
  class Inner {}
  // As `RouterModule` does it for one app, for all of them: Nest reads both.
  Reflect.defineMetadata('__module_path__', 'inner', Inner);
  const { cells, differences } = await describeAccess(await host({ imports: [Inner] }));
  expect(differences).toEqual([]);
  expect(cells.map(({ handler }) => handler)).toContain('Things.list');
});

it.each(['express', 'fastify'] as const)(
  'what nobody can ask for is told as not tried (%s)',
  async (platform) => {
    @Controller({ host: /^[a-z]+\.test$/, path: 'hosts' })
    class Hosts {
      @Get()
      one(): void {}
    }
    @Controller('parts')
    class Parts {
      @Get(platform === 'fastify' ? ':word(^[a-z]+$)' : 'word')
      word(): void {}

      @Get(platform === 'fastify' ? 'numbers/:number(^[0-9]+$)' : 'numbers/:number')
      number(): void {}
    }
    const { cells, differences, notTried } = await describeAccess(
      await host({ platform, controllers: [Hosts, Parts] }),
    );
    expect(differences).toEqual([]);
    expect(cells.map(({ handler }) => handler)).toContain('Parts.number');
    expect(notTried).toEqual([
      'GET /hosts (Hosts.one): its host is a pattern',
      ...(platform === 'fastify'
        ? ['GET /parts/:word(^[a-z]+$) (Parts.word): its path has a parameter with a pattern']
        : []),
    ]);
  },
);

it('somebody with every role is tried where several are asked for at once', async () => {
  @Controller('audits')
  class Audits {
    @Roles.all('author', 'auditor')
    @Get()
    list(): void {}

    @Roles('author')
    @Get('one')
    one(): void {}
  }
  const definition = defineAccess({ roles: { author: {}, auditor: {} } });
  const { cells, differences } = await describeAccess(
    await host({ controllers: [Audits], options: { rbac: { definition, audit: 'off' } } }),
  );
  expect(differences).toEqual([]);
  const admittedTo = (handler: string): readonly string[] =>
    cells.filter((cell) => cell.handler === handler && cell.got === 'admitted').map(({ who }) => who);
  expect(admittedTo('Audits.list')).toEqual(['with every role']);
  expect(admittedTo('Audits.one')).toEqual(['as author']);
});
