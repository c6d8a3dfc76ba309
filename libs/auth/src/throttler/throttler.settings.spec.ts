import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { resolveThrottlerSettings } from './throttler.settings.js';
import type { ThrottlerModuleOptions } from './throttler.options.js';

function resolve(options: ThrottlerModuleOptions) {
  const findings = new ConfigurationFindings();
  const settings = resolveThrottlerSettings(options, findings);
  findings.throwIfAny();
  return settings;
}

describe('resolveThrottlerSettings', () => {
  it('by default: 100 requests in 60 s per address, a pure sliding window', () => {
    expect(resolve({})).toMatchObject({
      throttlers: [
        {
          name: 'default',
          limit: 100,
          windowMs: 60_000,
          blockMs: 0,
          by: 'ip',
          precision: 'exact',
          dryRun: false,
        },
      ],
      onStoreFailure: 'memory',
      instances: 1,
      denyCache: true,
      headers: 'all',
      ipv6Prefix: 64,
    });
  });

  it('is frozen', () => {
    const settings = resolve({});
    expect(
      [settings, settings.throttlers, settings.throttlers[0], settings.credentials].every(Object.isFrozen),
    ).toBe(true);
  });

  it('takes 50 throttlers and no more: all of them are one question', () => {
    const named = (count: number) =>
      Array.from({ length: count }, (_, place) => ({ name: `n${place}`, limit: 1, ttl: '1s' as const }));
    expect(resolve({ throttlers: named(50) }).throttlers).toHaveLength(50);
    expect(() => resolve({ throttlers: named(51) })).toThrow('at most 50');
  });

  it('takes functions as they are', () => {
    const limit = () => 5;
    expect(resolve({ throttlers: [{ limit, ttl: () => 1000 }] }).throttlers[0]).toMatchObject({ limit });
  });

  it('takes a limit of 0 with a reason only', () => {
    const throttlers = [{ limit: 0, ttl: '1s' }] as const;
    expect(() => resolve({ throttlers })).toThrow('leave the throttler out for no limit');
    expect(
      resolve({ throttlers: [{ ...throttlers[0], reason: 'closed for now' }] }).throttlers[0],
    ).toMatchObject({
      limit: 0,
    });
  });

  it.each<[string, ThrottlerModuleOptions]>([
    ['throttler.throttlers[0].limit', { throttlers: [{ limit: 1.5, ttl: '1s' }] }],
    ['throttler.throttlers[0].limit', { throttlers: [{ limit: -1, ttl: '1s' }] }],
    ['throttler.throttlers[0].limit', { throttlers: [{ ttl: '1s' } as never] }],
    ['throttler.throttlers[0].ttl', { throttlers: [{ limit: 1, ttl: 0 }] }],
    ['throttler.throttlers[0].ttl', { throttlers: [{ limit: 1 } as never] }],
    ['throttler.throttlers[0].blockDuration', { throttlers: [{ limit: 1, ttl: '1ms', blockDuration: -1 }] }],
    ['throttler.throttlers[0].name', { throttlers: [{ name: 'a "b"', limit: 1, ttl: '1ms' }] }],
    // [11-F] Headers and decorators call the limit of an API key so.
    ['throttler.throttlers[0].name', { throttlers: [{ name: 'credential', limit: 1, ttl: '1ms' }] }],
    ['throttler.throttlers[0].by', { throttlers: [{ limit: 1, ttl: '1ms', by: 'token' as never }] }],
    [
      'throttler.throttlers[0].precision',
      { throttlers: [{ limit: 1, ttl: '1ms', precision: 'rough' as never }] },
    ],
    [
      'throttler.throttlers',
      {
        throttlers: [
          { limit: 1, ttl: '1ms' },
          { limit: 2, ttl: '2ms' },
        ],
      },
    ],
    ['throttler.ipv6Prefix', { ipv6Prefix: 0 }],
    ['throttler.onStoreFailure', { onStoreFailure: 'panic' as never }],
    ['throttler.instances', { instances: 0 }],
    ['throttler.instances', { instances: 'four' as never }],
    ['throttler.headers', { headers: 'some' as never }],
    [
      'throttler.credentials.perAddress[0].failures',
      { credentials: { perAddress: [{ failures: 0, within: '1m' }] } },
    ],
    [
      'throttler.credentials.perAccount[0].within',
      { credentials: { perAccount: [{ failures: 1, within: 0 }] } },
    ],
    ['throttler.credentials.knownAddressTtl', { credentials: { knownAddressTtl: 'ever' as never } }],
  ])('%s is reported for %j', (option, options) => {
    const findings = new ConfigurationFindings();
    resolveThrottlerSettings(options, findings);
    expect(() => findings.throwIfAny()).toThrow(`- ${option}: `);
  });
});
