import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { resolveThrottlerSettings, type ThrottleOptions } from './throttler.settings.js';

function resolve(options: ThrottleOptions) {
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

  it('takes functions as they are', () => {
    const limit = () => 5;
    expect(resolve({ throttlers: [{ limit, ttl: () => 1000 }] }).throttlers[0]).toMatchObject({ limit });
  });

  it.each<[string, ThrottleOptions]>([
    ['throttle.throttlers[0].limit', { throttlers: [{ limit: 1.5, ttl: '1s' }] }],
    ['throttle.throttlers[0].limit', { throttlers: [{ limit: -1, ttl: '1s' }] }],
    ['throttle.throttlers[0].limit', { throttlers: [{ ttl: '1s' } as never] }],
    ['throttle.throttlers[0].ttl', { throttlers: [{ limit: 1, ttl: 0 }] }],
    ['throttle.throttlers[0].ttl', { throttlers: [{ limit: 1 } as never] }],
    ['throttle.throttlers[0].blockDuration', { throttlers: [{ limit: 1, ttl: 1, blockDuration: -1 }] }],
    ['throttle.throttlers[0].name', { throttlers: [{ name: 'a "b"', limit: 1, ttl: 1 }] }],
    ['throttle.throttlers[0].by', { throttlers: [{ limit: 1, ttl: 1, by: 'token' as never }] }],
    ['throttle.throttlers[0].precision', { throttlers: [{ limit: 1, ttl: 1, precision: 'rough' as never }] }],
    [
      'throttle.throttlers',
      {
        throttlers: [
          { limit: 1, ttl: 1 },
          { limit: 2, ttl: 2 },
        ],
      },
    ],
    ['throttle.ipv6Prefix', { ipv6Prefix: 0 }],
    ['throttle.onStoreFailure', { onStoreFailure: 'panic' as never }],
    ['throttle.headers', { headers: 'some' as never }],
    [
      'throttle.credentials.perAddress[0].failures',
      { credentials: { perAddress: [{ failures: 0, within: '1m' }] } },
    ],
    [
      'throttle.credentials.perAccount[0].within',
      { credentials: { perAccount: [{ failures: 1, within: 0 }] } },
    ],
    ['throttle.credentials.knownAddressTtl', { credentials: { knownAddressTtl: 'ever' as never } }],
  ])('%s is reported for %j', (option, options) => {
    const findings = new ConfigurationFindings();
    resolveThrottlerSettings(options, findings);
    expect(() => findings.throwIfAny()).toThrow(`- ${option}: `);
  });
});
