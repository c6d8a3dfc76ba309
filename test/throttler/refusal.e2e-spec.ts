import { Controller, Get } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { GatehouseThrottlerModule } from 'nestjs-gatehouse/throttler';
import { Throttle } from '@nestjs/throttler';
import { ThrottleCost } from 'nestjs-gatehouse';
import { parseList } from 'structured-headers';
import { platforms, RunningApp } from './limited-app.js';

@Controller()
class RoutesController {
  @Get('shared')
  shared(): string {
    return 'ok';
  }

  @Get('other')
  other(): string {
    return 'ok';
  }

  @Throttle({ default: { limit: 1, ttl: 2000 } })
  @Get('own')
  own(): string {
    return 'ok';
  }

  @ThrottleCost(2)
  @Get('dear')
  dear(): string {
    return 'ok';
  }
}

describe.each(platforms)('a refusal on %s', (platform) => {
  let app: RunningApp;

  beforeEach(async () => {
    app = await RunningApp.start({
      platform,
      controllers: [RoutesController],
      imports: [GatehouseThrottlerModule.forRoot({ memory: true, throttlers: [{ limit: 3, ttl: '60s' }] })],
    });
  });

  afterEach(() => app.close());

  it('is a problem document with one plain Retry-After', async () => {
    expect([...(await app.statuses('/shared', 2)), ...(await app.statuses('/other', 1))]).toEqual([
      200, 200, 200,
    ]);
    const { status, headers, body } = await app.get('/other?a=b');
    expect(status).toBe(429);
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('retry-after')).toMatch(/^(59|60)$/);
    expect(headers.get('ratelimit')).toMatch(/^"default";r=0;t=(59|60)$/);
    expect(JSON.parse(body)).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      status: 429,
      code: 'quota_exceeded',
      instance: '/other',
      'violated-policies': ['default'],
    });
  });

  it('shows the quota on every answer, as structured fields and in the old way', async () => {
    const { headers } = await app.get('/shared');
    expect(headers.get('ratelimit-policy')).toBe('"default";q=3;w=60');
    expect(headers.get('ratelimit')).toBe('"default";r=2;t=60');
    expect(headers.get('x-ratelimit-limit')).toBe('3');
    expect(headers.get('x-ratelimit-remaining')).toBe('2');
    expect(headers.get('x-ratelimit-reset')).toBe('60');
  });

  it('RateLimit and RateLimit-Policy parse as structured fields', async () => {
    const { headers } = await app.get('/shared');
    const item = (name: string): unknown[] =>
      parseList(headers.get(name) ?? '').map(([value, parameters]) => [
        value,
        Object.fromEntries(parameters),
      ]);
    expect(item('ratelimit-policy')).toEqual([['default', { q: 3, w: 60 }]]);
    expect(item('ratelimit')).toEqual([['default', { r: 2, t: 60 }]]);
  });

  it('whoever waits for exactly Retry-After gets one request through', async () => {
    let answer = await app.get('/own');
    while (answer.status === 200) answer = await app.get('/own');
    expect(answer.status).toBe(429);
    await pause(Number(answer.headers.get('retry-after')) * 1000);
    expect((await app.get('/own')).status).toBe(200);
  });

  it('a dear call takes what it costs', async () => {
    expect(await app.statuses('/dear', 2)).toEqual([200, 429]);
    expect((await app.get('/shared')).status).toBe(200);
  });
});

describe.each(platforms)('headers on %s', (platform) => {
  it.each([
    { headers: 'standard' as const, standard: '"default";r=2;t=60', old: null },
    { headers: 'none' as const, standard: null, old: null },
  ])('$headers', async ({ headers, standard, old }) => {
    const app = await RunningApp.start({
      platform,
      controllers: [RoutesController],
      imports: [
        GatehouseThrottlerModule.forRoot({ memory: true, headers, throttlers: [{ limit: 3, ttl: '60s' }] }),
      ],
    });
    const answer = await app.get('/shared');
    expect(answer.headers.get('ratelimit')).toBe(standard);
    expect(answer.headers.get('x-ratelimit-limit')).toBe(old);
    await app.close();
  });
});
