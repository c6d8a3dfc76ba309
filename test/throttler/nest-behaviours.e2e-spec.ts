import { Controller, type ExecutionContext, Get, Param } from '@nestjs/common';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { SkipThrottle, Throttle } from '@nestjs/throttler';
import { startStandalone } from '../support/redis/standalone.js';
import { platforms, RunningApp } from './limited-app.js';

@Controller('plain')
class PlainController {
  @Get()
  first(): string {
    return 'ok';
  }

  @Get('other')
  other(): string {
    return 'ok';
  }

  @Throttle({ default: { limit: 1, ttl: 60_000 } })
  @Get('strict')
  strict(): string {
    return 'ok';
  }

  @Throttle({ default: { limit: async () => 2, ttl: () => 60_000 } })
  @Get('asynchronous')
  asynchronous(): string {
    return 'ok';
  }

  @SkipThrottle()
  @Get('burst-only')
  burstOnly(): string {
    return 'ok';
  }

  @SkipThrottle({ default: true, burst: true })
  @Get('free')
  free(): string {
    return 'ok';
  }

  @Throttle({
    default: {
      limit: 1,
      ttl: 60_000,
      getTracker: (request) => String((request['params'] as Record<string, string>)['id']),
    },
  })
  @Get('tracked/:id')
  tracked(@Param('id') id: string): string {
    return id;
  }
}

@SkipThrottle({ default: true, burst: true })
@Controller('skipped')
class SkippedController {
  @Get()
  free(): string {
    return 'ok';
  }

  @SkipThrottle({ default: false })
  @Get('but')
  limited(): string {
    return 'ok';
  }
}

@Throttle({ default: { limit: 2, ttl: 60_000 } })
@Controller('limited')
class LimitedController {
  @Get()
  ofClass(): string {
    return 'ok';
  }

  @Throttle({ default: { limit: 4, ttl: 60_000 } })
  @Get('higher')
  higher(): string {
    return 'ok';
  }
}

const media = {
  memory: async () => ({ options: { memory: true } as const, stop: async () => {} }),
  Redis: async () => {
    const redis = await startStandalone();
    return { options: { redis: { url: redis.url, deadline: '5s' } as const }, stop: () => redis.stop() };
  },
};
const everywhere = platforms.flatMap((platform) =>
  (['memory', 'Redis'] as const).map((medium) => ({ platform, medium })),
);

describe.each(everywhere)(
  'what @nestjs/throttler documents, on $platform and $medium',
  ({ platform, medium }) => {
    let app: RunningApp;
    let stop: () => Promise<void>;

    beforeEach(async () => {
      const started = await media[medium]();
      stop = started.stop;
      app = await RunningApp.start({
        platform,
        controllers: [PlainController, SkippedController, LimitedController],
        imports: [
          GatehouseThrottlerModule.forRoot({
            ...started.options,
            throttlers: [
              { limit: 3, ttl: '60s' },
              { name: 'burst', limit: (context: ExecutionContext) => burstLimit(context), ttl: '10s' },
            ],
          }),
        ],
      });
    });

    afterEach(async () => {
      await app.close();
      await stop();
    });

    it('a limit counts a client across routes', async () => {
      expect(await app.statuses('/plain', 2)).toEqual([200, 200]);
      expect(await app.statuses('/plain/other', 2)).toEqual([200, 429]);
    });

    it('@Throttle gives a route a limit of its own, which leaves the others alone', async () => {
      expect(await app.statuses('/plain/strict', 2)).toEqual([200, 429]);
      expect(await app.statuses('/plain', 4)).toEqual([200, 200, 200, 429]);
    });

    it('@Throttle on a class holds for each of its routes; on a method it wins', async () => {
      expect(await app.statuses('/limited', 3)).toEqual([200, 200, 429]);
      expect(await app.statuses('/limited/higher', 5)).toEqual([200, 200, 200, 200, 429]);
    });

    it('limits may be functions, also asynchronous ones', async () => {
      expect(await app.statuses('/plain/asynchronous', 3)).toEqual([200, 200, 429]);
    });

    it('@SkipThrottle skips; on a method it may bring the limit of a skipped class back', async () => {
      expect(await app.statuses('/plain/free', 5)).toEqual([200, 200, 200, 200, 200]);
      expect(await app.statuses('/skipped', 5)).toEqual([200, 200, 200, 200, 200]);
      expect(await app.statuses('/skipped/but', 4)).toEqual([200, 200, 200, 429]);
    });

    it('getTracker says who is counted', async () => {
      expect(await app.statuses('/plain/tracked/one', 2)).toEqual([200, 429]);
      expect(await app.statuses('/plain/tracked/two', 2)).toEqual([200, 429]);
    });

    it('named throttlers all count, and the answer names each', async () => {
      const { headers } = await app.get('/plain');
      expect(headers.get('ratelimit-policy')).toBe('"default";q=3;w=60, "burst";q=50;w=10');
      expect(headers.get('ratelimit')).toBe('"default";r=2;t=60, "burst";r=49;t=10');
      expect(headers.get('x-ratelimit-limit-burst')).toBe('50');
      expect(headers.get('x-ratelimit-remaining')).toBe('2');
    });

    it('a refusal by one throttler spends nothing of the others', async () => {
      await app.statuses('/plain', 3);
      const refused = await app.get('/plain');
      expect(refused.headers.get('ratelimit')).toMatch(/^"default";r=0;t=\d+$/);
      const { headers } = await app.get('/skipped/only-burst-is-left');
      expect(headers.get('ratelimit')).toBeNull();
    });
  },
);

async function burstLimit(context: ExecutionContext): Promise<number> {
  return context.getClass() === PlainController ? 50 : 60;
}
