import { Controller, Get, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import {
  Owner,
  OwnershipResolver,
  Permissions,
  Public,
  RateLimits,
  RequireFreshAuth,
  Roles,
  Scopes,
} from 'nestjs-gatehouse';
import { RbacGuard } from 'nestjs-gatehouse/rbac';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { actingAs, describeAccess, overrideAuth } from 'nestjs-gatehouse/testing';
import { until } from '../support/until.js';
import { access, type AccessShape, closeAll, startAccessHost } from './access-host.js';

afterAll(closeAll);

type Next = () => void;

/** What ran of the host, by the subject that it ran for. */
const ran: string[] = [];

class Nobodys extends OwnershipResolver {
  owns(): boolean {
    ran.push('resolver');
    return false;
  }
}

/** Of the host: it knows none of those who knock. */
class Nobody {
  canActivate(): boolean {
    return false;
  }
}

@Controller('shelf')
class Shelf {
  @Roles('admin')
  @Get()
  books(): string {
    ran.push('books');
    return 'books';
  }

  @Permissions('things:write')
  @Owner(Nobodys)
  @Get(':id')
  own(): string {
    ran.push('own');
    return 'own';
  }

  @Public()
  @Get('for/everybody')
  open(): string {
    ran.push('open');
    return 'open';
  }
}

const host = (shape: AccessShape = {}): ReturnType<typeof startAccessHost> =>
  startAccessHost({
    controllers: [Shelf],
    providers: [Nobodys],
    extras: { endpoints: { auth: false, wellKnown: false } },
    ...shape,
  });

describe('nothing of the host runs for a knock', () => {
  beforeEach(() => ran.splice(0));

  it('while another report is made, of this app or another', async () => {
    @Controller('one')
    class One {
      @Public()
      @Get()
      only(): void {}
    }
    const [small, large] = [await host({ controllers: [One] }), await host()];
    // The first to begin is done while the others have much left to do.
    const reports = await Promise.all([small, large, large].map((app) => describeAccess(app)));
    expect(reports.map(({ differences }) => differences)).toEqual([[], [], []]);
    expect(ran).toEqual([]);
  });

  it.each(['express', 'fastify'] as const)('behind a middleware with a queue (%s)', async (platform) => {
    const queue: Next[] = [];
    const app = await host({
      platform,
      prepare: (made) => made.use((_request: unknown, _response: unknown, next: Next) => queue.push(next)),
    });
    const worker = setInterval(() => queue.splice(0).forEach((next) => next()), 1);
    const { differences } = await describeAccess(app).finally(() => clearInterval(worker));
    expect(differences).toEqual([]);
    expect(ran).toEqual([]);
  });

  it('that comes to the door when the report is done', async () => {
    const late: Next[] = [];
    const app = await host({
      prepare: (made) =>
        made.use('/shelf/for', (_request: unknown, _response: unknown, next: Next) => late.push(next)),
    });
    // What waits for an answer does so by this, and nothing else here.
    const { setTimeout: wait } = globalThis;
    const patience = jest
      .spyOn(globalThis, 'setTimeout')
      .mockImplementation(((done: Next, ms: number) => wait(done, ms === 5000 ? 20 : ms)) as never);
    const report = describeAccess(app);
    await report.finally(() => patience.mockRestore());
    expect((await report).differences).toContain(
      'GET /shelf/for/everybody anonymous: not reached (no answer before), where the decorators admit [Shelf.open]',
    );
    for (const next of late) next();
    await new Promise(setImmediate);
    expect(ran).toEqual([]);
  });
});

describe('whoever calls meanwhile', () => {
  it('is served as ever, also by what a knock set going', async () => {
    ran.splice(0);
    const queue: Next[] = [];
    let worker: NodeJS.Timeout | undefined;
    const app = await host({
      prepare: (made) =>
        made.use((_request: unknown, _response: unknown, next: Next) => {
          queue.push(next);
          // Begun by the first who comes, in whose context all others are served.
          worker ??= setInterval(() => queue.splice(0).forEach((each) => each()), 1);
        }),
    });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const report = describeAccess(app);
    await until('a knock', () => worker !== undefined);
    const headers = await actingAs(app, { subject: 'somebody', roles: ['editor'] });
    const statusOf = async (path: string): Promise<number> =>
      (await fetch(`${url}/shelf${path}`, { headers, signal: AbortSignal.timeout(5000) })).status;
    const statuses = await Promise.all(['', '/1', '/for/everybody'].map(statusOf));
    const { differences } = await report;
    clearInterval(worker);
    expect(statuses).toEqual([403, 403, 200]);
    expect(differences).toEqual([]);
    expect(ran.toSorted()).toEqual(['open', 'resolver']);
  });
});

describe('a hole is named', () => {
  const allow = { canActivate: () => true };
  const withoutRbac = (builder: TestingModuleBuilder): unknown =>
    builder.overrideProvider(RbacGuard).useValue(allow);

  it('however few calls a limit lets pass', async () => {
    const app = await host({
      options: {
        rbac: { definition: access, audit: 'off' },
        throttler: { throttlers: [{ limit: 1, ttl: '60s', getTracker: () => 'everybody' }] },
      },
      override: withoutRbac,
    });
    const { cells, differences } = await describeAccess(app);
    expect(differences).toContain(
      'GET /shelf as reader: admitted, where the decorators refuse [Shelf.books]',
    );
    expect(cells.filter(({ why }) => why.includes('429'))).toEqual([]);
  });

  it('in front of a guard of the host that knows nobody of those who knock', async () => {
    @UseGuards(Nobody)
    @Controller('known')
    class Known extends Shelf {}
    const app = await host({ controllers: [Known], override: withoutRbac });
    const { differences, notTried } = await describeAccess(app);
    expect(differences).toContain(
      'GET /known as reader: refused (403, Nobody alone), where the decorators refuse [Known.books]',
    );
    expect(notTried).toEqual([]);
  });

  it('or what hides it', async () => {
    const app = await host({
      providers: [Nobodys, { provide: APP_GUARD, useClass: Nobody }],
      override: withoutRbac,
      extras: { endpoints: { auth: false, wellKnown: false }, isGlobal: true },
    });
    const { notTried } = await describeAccess(app);
    expect(notTried).toContain('GET /shelf (Shelf.books): nobody got past a guard of the host (403, Nobody)');
  });

  it('in an app without roles', async () => {
    @Controller()
    class Plain {
      @RequireFreshAuth({ maxAge: '5m' })
      @Get('fresh')
      fresh(): void {}

      @Scopes('library')
      @Get('scoped')
      scoped(): void {}
    }
    const { cells } = await describeAccess(
      await host({ controllers: [Plain], options: { rbac: { audit: 'off' } } }),
    );
    const toldOf = cells.map(({ route, who, why }) => `${route} ${who}: ${why}`);
    expect(toldOf).toContain('GET /fresh without a role, with an old login: 401 fresh_auth_required');
    expect(toldOf).toContain('GET /scoped without a role, with another scope: 403 insufficient_scope');
  });
});

it('the throttler alone opens no connection either', async () => {
  const alone = GatehouseThrottlerModule.forRoot({ redis: 'redis://127.0.0.1:1' });
  const builder = Test.createTestingModule({ imports: [alone] });
  const { clock } = overrideAuth(builder);
  const app = await (await builder.compile()).init();
  const limits = app.get(RateLimits, { strict: false });
  await limits.block('default', { ip: '192.0.2.1' }, '1m');
  const blockedMs = async (): Promise<number> =>
    (await limits.peek('default', { ip: '192.0.2.1' })).blockedMs;
  expect(await blockedMs()).toBe(60_000);
  clock.advance(61_000);
  expect(await blockedMs()).toBe(0);
  await app.close();
});
