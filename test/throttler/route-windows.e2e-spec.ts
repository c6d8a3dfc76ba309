import { Controller, Get, Module, type Type } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { Throttle } from '@nestjs/throttler';
import { ThrottleCost } from 'nestjs-gatehouse';
import { platforms, RunningApp } from './limited-app.js';

const once = { default: { limit: 1, ttl: 60_000 } };

/** Each call makes a further class of the same name with the same handler. */
function namesake(path: string, version?: string): Type {
  @Controller(version === undefined ? { path } : { path, version })
  class Reports {
    @Throttle(once)
    @Get()
    list(): string {
      return 'ok';
    }
  }
  return Reports;
}

/** Replaces the method, as tracing and transaction decorators do, and copies nothing. */
const wrapped: MethodDecorator = (_target, _slot, descriptor) => {
  const method = descriptor.value as unknown as (...args: unknown[]) => unknown;
  const wrapper = function (this: unknown, ...args: unknown[]): unknown {
    return method.apply(this, args);
  };
  return { ...descriptor, value: wrapper as never };
};

@Controller('cost')
class CostController {
  @Get('wrapped')
  @wrapped
  @ThrottleCost(3)
  dear(): string {
    return 'ok';
  }
}

class DearBase {
  @ThrottleCost(2)
  answer(): string {
    return 'ok';
  }
}

@ThrottleCost(3)
@Controller('dear')
class DearController extends DearBase {
  @Get('class')
  ofClass(): string {
    return 'ok';
  }

  @Get('inherited')
  override answer(): string {
    return super.answer();
  }
}

describe.each(platforms)('[10-17] windows of routes on %s', (platform) => {
  let app: RunningApp;

  afterEach(() => app.close());

  const start = async (controllers: Type[], limit = 100, imports: Type[] = []): Promise<void> => {
    const limits = GatehouseThrottlerModule.forRoot({ memory: true, throttlers: [{ limit, ttl: '60s' }] });
    app = await RunningApp.start({
      platform,
      controllers,
      versioning: true,
      imports: [limits, ...imports.map((module) => ({ module }))],
    });
  };

  it('two versions of a controller don’t share a window', async () => {
    await start([namesake('reports', '1'), namesake('reports', '2')]);
    expect(await app.statuses('/v1/reports', 2)).toEqual([200, 429]);
    expect(await app.statuses('/v2/reports', 2)).toEqual([200, 429]);
  });

  it('two paths of a class name don’t share a window', async () => {
    await start([namesake('one'), namesake('two')]);
    expect(await app.statuses('/one', 2)).toEqual([200, 429]);
    expect(await app.statuses('/two', 2)).toEqual([200, 429]);
  });

  it.each(['modules of two names', 'modules of one name'])('%s don’t share a window', async (names) => {
    @Module({ controllers: [namesake('reports')] })
    class Sales {}
    @Module({ controllers: [namesake('reports')] })
    class Other {}
    if (names.endsWith('one name')) Object.defineProperty(Other, 'name', { value: 'Sales' });
    const mount = RouterModule.register([
      { path: 'sales', module: Sales },
      { path: 'other', module: Other },
    ]);
    @Module({ imports: [Sales, Other, mount] })
    class Mounted {}
    await start([], 100, [Mounted]);
    expect(await app.statuses('/sales/reports', 2)).toEqual([200, 429]);
    expect(await app.statuses('/other/reports', 2)).toEqual([200, 429]);
  });

  it('@ThrottleCost below a decorator that wraps the method counts', async () => {
    await start([CostController], 4);
    expect(await app.statuses('/cost/wrapped', 2)).toEqual([200, 429]);
  });

  it('@ThrottleCost on a class, and on a method that is overridden', async () => {
    await start([DearController], 5);
    expect(await app.statuses('/dear/class', 1)).toEqual([200]);
    expect(await app.statuses('/dear/inherited', 1)).toEqual([200]);
    expect(await app.statuses('/dear/inherited', 1)).toEqual([429]);
  });
});
