import { Controller, Get } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { Throttle } from '../../libs/auth/src/throttler/index.js';
import { type Platform, type RunningApp, startLimitedApp } from './limited-app.js';

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
}

describe.each<Platform>(['express', 'fastify'])('a refusal on %s', (platform) => {
  let running: RunningApp;
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${running.url}/${path}`, { headers });

  beforeEach(async () => {
    running = await startLimitedApp({
      platform,
      controllers: [RoutesController],
      throttle: { throttlers: [{ limit: 3, ttl: '60s' }] },
    });
  });

  afterEach(() => running.app.close());

  it('is a problem document with one plain Retry-After', async () => {
    await get('shared');
    await get('other');
    expect((await get('shared')).status).toBe(200);
    const refused = await get('other?a=b');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.headers.get('cache-control')).toBe('no-store');
    expect(refused.headers.get('retry-after')).toMatch(/^(59|60)$/);
    await expect(refused.json()).resolves.toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      status: 429,
      code: 'quota_exceeded',
      instance: '/other',
      'violated-policies': ['default'],
    });
  });

  it('tells the quota on every answer', async () => {
    const first = await get('shared');
    expect(first.headers.get('ratelimit-policy')).toBe('"default";q=3;w=60');
    expect(first.headers.get('ratelimit')).toBe('"default";r=2;t=60');
    expect(first.headers.get('x-ratelimit-limit')).toBe('3');
    expect(first.headers.get('x-ratelimit-remaining')).toBe('2');
    expect(first.headers.get('x-ratelimit-reset')).toBe('60');
  });

  it('whoever waits for exactly Retry-After gets one request through', async () => {
    expect((await get('own')).status).toBe(200);
    const refused = await get('own');
    expect(refused.status).toBe(429);
    await pause(Number(refused.headers.get('retry-after')) * 1000);
    expect((await get('own')).status).toBe(200);
    expect((await get('own')).status).toBe(429);
  });
});
