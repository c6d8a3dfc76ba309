import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Injectable,
  Logger,
  Module,
  UseGuards,
} from '@nestjs/common';
import {
  GatehouseThrottlerGuard,
  GatehouseThrottlerModule,
  GatehouseUserThrottlerGuard,
} from 'nestjs-gatehouse/throttler';
import { platforms, RunningApp } from './limited-app.js';

@Controller('open')
class OpenController {
  @Get()
  answer(): string {
    return 'open';
  }
}

@UseGuards(GatehouseThrottlerGuard)
@Controller('guarded')
class GuardedController {
  @Get()
  answer(): string {
    return 'guarded';
  }
}

/** A host's own authentication, on its routes. */
@Injectable()
class NameInHeader implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: Record<string, string>; user?: object }>();
    request.user = { subject: request.headers['x-user'] };
    return true;
  }
}

/** Counts calls of everybody together. */
@Injectable()
class EverybodyGuard extends GatehouseThrottlerGuard {
  protected override getTracker(): string {
    return 'everybody';
  }
}

@Controller('own')
class OwnGuardsController {
  @UseGuards(NameInHeader, GatehouseUserThrottlerGuard)
  @Get('user')
  user(): string {
    return 'user';
  }

  @UseGuards(GatehouseThrottlerGuard)
  @Get('address')
  address(): string {
    return 'address';
  }

  @UseGuards(EverybodyGuard)
  @Get('everybody')
  everybody(): string {
    return 'everybody';
  }
}

@Module({ providers: [{ provide: 'limit', useValue: 2 }], exports: ['limit'] })
class LimitsModule {}

describe.each(platforms)('GatehouseThrottlerModule on %s', (platform) => {
  const start = (registerGuards?: boolean, trustProxy?: boolean) =>
    RunningApp.start({
      platform,
      ...(trustProxy !== undefined && { trustProxy }),
      controllers: [OpenController, GuardedController],
      imports: [
        GatehouseThrottlerModule.forRootAsync({
          imports: [LimitsModule],
          inject: ['limit'],
          useFactory: (limit: number) => ({ memory: true, throttlers: [{ limit, ttl: '60s' }] }),
          ...(registerGuards !== undefined && { registerGuards }),
        }),
      ],
    });

  it('takes its options out of dependency injection', async () => {
    const app = await start();
    expect(await app.statuses('/open', 3)).toEqual([200, 200, 429]);
    await app.close();
  });

  it('without guards of its own limits what the host guards with them', async () => {
    const app = await start(false);
    expect(await app.statuses('/open', 3)).toEqual([200, 200, 200]);
    expect(await app.statuses('/guarded', 3)).toEqual([200, 200, 429]);
    await app.close();
  });

  describe('a route that names a guard of the whole app itself', () => {
    const limited = (by: 'ip' | 'user') =>
      RunningApp.start({
        platform,
        controllers: [OwnGuardsController],
        imports: [
          GatehouseThrottlerModule.forRoot({ memory: true, throttlers: [{ by, limit: 2, ttl: '60s' }] }),
        ],
      });

    it('[10-17] counts users whom the guards before it authenticated', async () => {
      const app = await limited('user');
      const statuses = async (user: string, count: number) =>
        app.statuses('/own/user', count, { 'x-user': user });
      expect(await statuses('ann', 3)).toEqual([200, 200, 429]);
      expect(await statuses('bob', 3)).toEqual([200, 200, 429]);
      await app.close();
    });

    it('[10-17] is counted once, by its own', async () => {
      const app = await limited('ip');
      expect(await app.statuses('/own/address', 3)).toEqual([200, 200, 429]);
      await app.close();
    });

    it('[10-17] is counted by both where its own is a class of the host', async () => {
      const app = await limited('ip');
      expect(await app.statuses('/own/everybody', 2)).toEqual([200, 200]);
      expect(await app.statuses('/own/address', 1)).toEqual([429]);
      await app.close();
    });
  });

  it.each([
    [true, /every proxy is trusted/],
    [false, /no proxy is trusted/],
  ])('warns of its proxies once for all guards of an app, trustProxy: %s', async (trustProxy, expected) => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => {});
    const apps = [await start(true, trustProxy), await start(true, trustProxy)];
    for (const app of apps)
      for (const path of ['/open', '/guarded', '/guarded'])
        await app.get(path, { 'x-forwarded-for': '198.51.100.1' });
    const warnings = warn.mock.calls.filter(([message]) => expected.test(String(message)));
    warn.mockRestore();
    await Promise.all(apps.map((app) => app.close()));
    expect(warnings).toHaveLength(apps.length);
  });
});
