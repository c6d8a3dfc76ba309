import { Controller, Get } from '@nestjs/common';
import { Owner, OwnershipResolver, Permissions, Public, Roles } from 'nestjs-gatehouse';
import { actingAs, describeAccess } from 'nestjs-gatehouse/testing';
import { until } from '../support/until.js';
import { type AccessShape, closeAll, startAccessHost } from './access-host.js';

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
    const [one, other] = [await host(), await host()];
    const reports = await Promise.all([one, other, one].map((app) => describeAccess(app)));
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
