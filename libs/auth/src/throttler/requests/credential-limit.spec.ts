import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { SkipThrottle } from '@nestjs/throttler';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { ManualClock } from '../../testing/manual-clock.js';
import { MemorySlidingWindowStore } from '../sliding-window/memory-sliding-window.store.js';
import { resolveThrottlerSettings, type ThrottlerOptions } from '../throttler.settings.js';
import { WindowStores } from '../window-stores.js';
import { GatehouseThrottlerGuard, GatehouseUserThrottlerGuard } from './gatehouse-throttler.guard.js';
import { ThrottleCost } from './throttle-cost.decorator.js';

class Handlers {
  handle(): void {}
  @SkipThrottle({ credential: true })
  skipped(): void {}
  @ThrottleCost(2)
  dear(): void {}
  @ThrottleCost(() => Promise.resolve(2))
  dearByCall(): void {}
}

function assemble(throttlers: readonly ThrottlerOptions[] = []) {
  const findings = new ConfigurationFindings();
  const settings = resolveThrottlerSettings({ throttlers }, findings);
  findings.throwIfAny();
  const clock = new ManualClock();
  const windows = new WindowStores(new MemorySlidingWindowStore(clock), clock, settings);
  const guards = {
    ip: new GatehouseThrottlerGuard(settings, windows),
    user: new GatehouseUserThrottlerGuard(settings, windows),
  };
  const call = async (
    user: object | undefined,
    handler: keyof Handlers = 'handle',
    stage: 'ip' | 'user' = 'user',
  ) => {
    const headers: Record<string, unknown> = {};
    const response = {
      getHeader: (name: string) => headers[name],
      header: (name: string, value: unknown) => (headers[name] = value),
    };
    const request = { ip: '192.0.2.1', headers: {}, user };
    const context = new ExecutionContextHost([request, response], Handlers, Handlers.prototype[handler]);
    context.setType('http');
    const word = await (async () => guards[stage].canActivate(context))().then(
      () => 'admitted',
      (error: { code: string }) => error.code,
    );
    return { word, headers };
  };
  return { clock, call };
}

const key = (tokenId: string, limit = 2) => ({
  subject: 'ada',
  tokenId,
  rateLimit: { limit, windowMs: 60_000 },
});

describe('[11-F] the limit that a credential brings along', () => {
  it('is counted per credential, whosever it is, and told in the headers', async () => {
    const { call, clock } = assemble();
    expect((await call(key('a'))).headers).toMatchObject({
      'RateLimit-Policy': '"credential";q=2;w=60',
      RateLimit: '"credential";r=1;t=60',
      'X-RateLimit-Limit-credential': 2,
    });
    clock.advance(20_000);
    expect((await call(key('a'))).word).toBe('admitted');
    expect(await call(key('a'))).toMatchObject({
      word: 'quota_exceeded',
      headers: { RateLimit: '"credential";r=0;t=40' },
    });
    expect((await call(key('b'))).word).toBe('admitted');
    clock.advance(40_000);
    expect([(await call(key('a'))).word, (await call(key('a'))).word]).toEqual([
      'admitted',
      'quota_exceeded',
    ]);
  });

  it.each<[string, object]>([
    ['subject', { subject: 'bob' }],
    ['scheme', { scheme: 'Key' }],
    ['issuer', { claims: { iss: 'https://other.test' } }],
  ])('is counted apart for another credential of the same id: another %s', async (_name, other) => {
    const { call } = assemble();
    const [mine, theirs] = [key('a', 1), { ...key('a', 1), ...other }];
    const words = [];
    for (const user of [mine, theirs, mine, theirs]) words.push((await call(user)).word);
    expect(words).toEqual(['admitted', 'admitted', 'quota_exceeded', 'quota_exceeded']);
  });

  it('is no limit of those who bring none, nor one before authentication', async () => {
    const { call } = assemble();
    for (const user of [undefined, { subject: 'ada', tokenId: 'a' }])
      for (let count = 0; count < 3; count++)
        expect(await call(user)).toEqual({ word: 'admitted', headers: {} });
    for (let count = 0; count < 3; count++)
      expect((await call(key('a'), 'handle', 'ip')).word).toBe('admitted');
  });

  it('stands beside the limits of users, and each is decided by itself', async () => {
    const { call } = assemble([{ name: 'burst', limit: 4, ttl: '60s', by: 'user' }]);
    const words = [];
    for (const id of ['a', 'a', 'a', 'b', 'b']) words.push((await call(key(id))).word);
    expect(words).toEqual(['admitted', 'admitted', 'quota_exceeded', 'admitted', 'quota_exceeded']);
  });

  it.each<[keyof Handlers, readonly string[]]>([
    ['skipped', ['admitted', 'admitted', 'admitted']],
    ['dear', ['admitted', 'quota_exceeded', 'quota_exceeded']],
    ['dearByCall', ['admitted', 'quota_exceeded', 'quota_exceeded']],
  ])('is counted as the route says: %s', async (handler, expected) => {
    const { call } = assemble();
    const words = [];
    for (let count = 0; count < 3; count++) words.push((await call(key('a', 3), handler)).word);
    expect(words).toEqual(expected);
  });
});
