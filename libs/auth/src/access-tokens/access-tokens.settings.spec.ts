import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { resolveAccessTokensSettings } from './access-tokens.settings.js';

const parties = { issuer: 'https://issuer.test', audience: 'api' };

describe('resolveAccessTokensSettings', () => {
  it.each([
    [{}, 900_000, 5000],
    [{ ttl: '20s' }, 20_000, 2000],
    [{ ttl: '2s' }, 2000, 200],
    [{ ttl: '2s', clockTolerance: '5s' }, 2000, 5000],
    [{ clockTolerance: 0 }, 900_000, 0],
    [{ ttl: 60_000 }, 60_000, 5000],
  ] as const)('%j: tokens live %d ms, clocks may differ by %d ms', (options, ttlMs, clockToleranceMs) => {
    const settings = resolveAccessTokensSettings(options, parties, new ConfigurationFindings());
    expect(settings).toMatchObject({ ttlMs, clockToleranceMs, maxTtlMs: ttlMs });
  });

  it.each([{ ttl: 3600 }, { maxTtl: 3600 }])('takes no seconds for milliseconds: %j', (options) => {
    const findings = new ConfigurationFindings();
    resolveAccessTokensSettings(options, parties, findings);
    expect(() => findings.throwIfAny()).toThrow("write '3600s' for seconds or '3600ms' for milliseconds");
  });
});
