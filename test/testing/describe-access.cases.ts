import { AsyncResource } from 'node:async_hooks';
import { Controller, Get, type INestApplication, UseGuards } from '@nestjs/common';
import { EventPattern, Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { JwtAuthGuard, LiveRoleGraph, Public, RoleGraph } from 'nestjs-gatehouse';
import { RbacGuard } from 'nestjs-gatehouse/rbac';
import { actingAs, describeAccess } from 'nestjs-gatehouse/testing';
import { access, closeAll, everything, ran, Rooms, startAccessHost } from './access-host.js';

afterAll(closeAll);

const differencesOf = async (app: INestApplication): Promise<readonly string[]> =>
  (await describeAccess(app)).differences;

describe.each(['express', 'fastify'] as const)('an app with every transport (%s)', (platform) => {
  let report: Awaited<ReturnType<typeof describeAccess>>;

  beforeAll(async () => {
    const app = await startAccessHost(everything(platform));
    await app.startAllMicroservices();
    report = await describeAccess(app);
  });

  const toldOf = (handler: string): Record<string, string> =>
    Object.fromEntries(
      report.cells.filter((cell) => cell.handler === handler).map(({ who, got, why }) => [who, why || got]),
    );

  it('is as its decorators say', () => {
    expect(report.differences).toEqual([]);
    expect(new Set(report.cells.map(({ transport }) => transport))).toEqual(
      new Set(['http', 'graphql', 'ws', 'rpc', 'call']),
    );
  });

  it('runs no handler, and asks nobody whose a thing is', () => {
    expect(ran).toEqual([]);
  });

  it.each([
    ['open', { anonymous: 'admitted', 'without a role': 'admitted', 'as reader': 'admitted' }],
    ['optional', { anonymous: 'admitted', 'without a role': 'admitted' }],
    ['find', { anonymous: '401 unauthenticated', 'without a role': 'admitted', 'as admin': 'admitted' }],
    [
      'change',
      {
        'as reader': '403 access_denied',
        'as editor, on its own': 'admitted',
        "as editor, on another's": '403 access_denied',
        'as admin': 'admitted',
        'as admin, with another scope': '403 access_denied',
      },
    ],
    [
      'purge',
      {
        'as editor': '403 access_denied',
        'as admin': 'admitted',
        'as admin, with an old login': '401 fresh_auth_required',
      },
    ],
    ['read', { 'as reader': 'admitted', 'as reader, with another scope': '403 insufficient_scope' }],
    ['bound', { anonymous: '401 unauthenticated', 'as admin': '401 invalid_token' }],
    ['sundays', { 'as admin': '403, ClosedOnSundays' }],
    [
      'purgeByMessage',
      { anonymous: '401 unauthenticated', 'as editor': '403 access_denied', 'as admin': 'admitted' },
    ],
    ['made', { anonymous: '401 unauthenticated', 'without a role': 'admitted' }],
  ])('tells of ThingsController.%s', (method, told) => {
    expect(toldOf(`ThingsController.${method}`)).toMatchObject(told);
  });

  it('tells of resolvers, their fields, gateways and calls', () => {
    const [yes, no] = ['admitted', '403 access_denied'];
    expect(toldOf('ThingsResolver.thing')).toMatchObject({ 'as reader': no, 'as editor': yes });
    expect(toldOf('ThingsResolver.secret')).toMatchObject({ 'as reader': no, 'as admin': yes });
    expect(toldOf('ThingsGateway.things')).toMatchObject({
      anonymous: '401 unauthenticated',
      'without a role': no,
      'as reader': yes,
    });
    expect(toldOf('Nightly.clean')).toMatchObject({ 'as admin': '401 unauthenticated' });
  });
});

describe('a hole', () => {
  it('of a guard that a test has taken away is named', async () => {
    const allow = { canActivate: () => true };
    const app = await startAccessHost({
      controllers: [Rooms],
      override: (builder) => builder.overrideProvider(RbacGuard).useValue(allow),
    });
    expect(await differencesOf(app)).toContain(
      'GET /rooms/keys as reader: admitted, where the decorators refuse [Rooms.keys]',
    );
    @Controller('own')
    @UseGuards(JwtAuthGuard, RbacGuard)
    class Guarded extends Rooms {}
    const unguarded = await startAccessHost({
      controllers: [Guarded],
      extras: { registerGuards: false },
      override: (builder) =>
        builder.overrideGuard(RbacGuard).useValue(allow).overrideGuard(JwtAuthGuard).useValue(allow),
    });
    expect(await differencesOf(unguarded)).toContain(
      'GET /own/rooms anonymous: admitted, where the decorators refuse [Guarded.list]',
    );
  });

  it('of a middleware that says who is calling is named', async () => {
    const app = await startAccessHost({
      controllers: [Rooms],
      prepare: (host) => {
        host.use(
          async (request: { headers: Record<string, string> }, _response: unknown, next: () => void) => {
            const { authorization } = await actingAs(host, { subject: 'somebody' });
            request.headers['authorization'] ??= authorization;
            next();
          },
        );
      },
    });
    expect(await differencesOf(app)).toContain(
      'GET /rooms anonymous: admitted, where the decorators refuse [Rooms.list]',
    );
  });

  it('of a middleware that answers by itself is named', async () => {
    const app = await startAccessHost({
      platform: 'fastify',
      controllers: [Rooms],
      prepare: (host) => {
        host.use('/rooms/keys', (_request: unknown, response: { end(text: string): void }) =>
          response.end('all'),
        );
      },
    });
    expect(await differencesOf(app)).toContain(
      'GET /rooms/keys anonymous: not reached (200 answer before), where the decorators refuse [Rooms.keys]',
    );
  });

  it('of a middleware that goes on as nobody in particular runs no handler', async () => {
    const elsewhere = AsyncResource.bind((next: () => void) => next());
    const app = await startAccessHost({
      ...everything('express'),
      prepare: (host) => {
        host.use((_request: unknown, _response: unknown, next: () => void) => elsewhere(next));
      },
    });
    const { cells } = await describeAccess(app);
    expect(cells.some(({ transport, got }) => transport === 'http' && got === 'admitted')).toBe(true);
    expect(ran.filter((name) => name !== 'the ownership resolver')).toEqual([]);
  });

  it('of a route that another one hides is named', async () => {
    @Controller('rooms')
    class Hiding {
      @Public()
      @Get(':name')
      any(): string {
        return 'any';
      }
    }
    const app = await startAccessHost({ controllers: [Hiding, Rooms] });
    expect(await differencesOf(app)).toContain(
      'GET /rooms/keys anonymous: not reached (Hiding.any answers), where the decorators refuse [Rooms.keys]',
    );
  });

  it('of a role that was widened while the app runs is named', async () => {
    const app = await startAccessHost({ controllers: [Rooms] });
    const widened = { ...access.roles, reader: { grants: ['things:read', 'rooms:write'] } };
    Object.assign(app.get(LiveRoleGraph), { current: RoleGraph.compile({ roles: widened }) });
    expect(await differencesOf(app)).toEqual([
      'GET /rooms/write as editor: admitted, where the decorators refuse [Rooms.write]',
      'GET /rooms/write as reader: admitted, where the decorators refuse [Rooms.write]',
    ]);
  });

  it('of a decorator that came when the guards had read the others is named', async () => {
    @Controller()
    class Late {
      @Get('late')
      late(): string {
        return 'late';
      }
    }
    const app = await startAccessHost({ controllers: [Late] });
    await describeAccess(app);
    Public()(Late.prototype, 'late', Object.getOwnPropertyDescriptor(Late.prototype, 'late')!);
    expect(await differencesOf(app)).toEqual([
      'GET /late anonymous: refused (401 unauthenticated), where the decorators admit [Late.late]',
    ]);
  });

  it('of messages that no guard sees is named', async () => {
    @Controller()
    class Messages {
      @EventPattern('room.left')
      left(_event: unknown): void {}
    }
    const app = await startAccessHost({
      controllers: [Messages],
      prepare: (host) => {
        host.connectMicroservice({ transport: Transport.TCP, options: { port: 0 } });
      },
    });
    await app.startAllMicroservices();
    expect(await differencesOf(app)).toEqual([
      'message "room.left" anonymous: admitted, where the decorators refuse [Messages.left]',
    ]);
  });

  it('of a gateway that no guard sees is named', async () => {
    @WebSocketGateway()
    class Chat {
      @SubscribeMessage('say')
      say(): void {}
    }
    const app = await startAccessHost({
      providers: [Chat],
      extras: { registerGuards: false, endpoints: { auth: false, wellKnown: false } },
    });
    expect(await differencesOf(app)).toEqual([
      'socket "say" anonymous: admitted, where the decorators refuse [Chat.say]',
    ]);
  });
});

describe('what nobody can knock at', () => {
  it('is told', async () => {
    const app = await startAccessHost({
      controllers: [Rooms],
      options: { rbac: { definition: access, audit: 'off', guardedElsewhere: ['Rooms.keys', '/metrics'] } },
      prepare: (host) => {
        host.getHttpAdapter().get('/metrics', () => undefined);
      },
    });
    const { notTried, cells } = await describeAccess(app);
    expect(notTried).toEqual([
      'GET /metrics: it is beside Nest, where no guard runs',
      'GET /rooms/keys (Rooms.keys): rbac.guardedElsewhere says that the host guards it',
    ]);
    expect(cells.some(({ handler }) => handler === 'Rooms.list')).toBe(true);
  });

  it('is an app that is not there yet', async () => {
    const module = await Test.createTestingModule({}).compile();
    await expect(describeAccess(module)).rejects.toThrow('found no AuthModule.forRoot()');
    await startAccessHost({
      prepare: (host) => expect(describeAccess(host)).rejects.toThrow('is initialised: await app.init()'),
    });
  });
});
