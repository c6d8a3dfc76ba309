import { ConfigurationFindings } from '../kernel/configuration-error.js';
import { resolveTokenBlacklistSettings, type TokenBlacklistOptions } from './token-blacklist.settings.js';

const LIVES = { accessTokenLifeMs: 905_000, clockToleranceMs: 5_000, sessionLifeMs: 86_400_000 };

function resolve(options?: TokenBlacklistOptions) {
  const findings = new ConfigurationFindings();
  const settings = resolveTokenBlacklistSettings(options, findings, LIVES);
  findings.throwIfAny();
  return settings;
}

describe('resolveTokenBlacklistSettings', () => {
  it('asks the store on every request and keeps no feed by default', () => {
    expect(resolve()).toEqual({
      ...LIVES,
      maxStalenessMs: 0,
      feedTtlMs: 0,
      maxRevocationsInMemory: 250_000,
    });
  });

  it('keeps the feed for one access-token life when a copy may answer', () => {
    expect(resolve({ maxStaleness: '2s' })).toMatchObject({ maxStalenessMs: 2_000, feedTtlMs: 905_000 });
  });

  it.each([{ maxStaleness: '1h' }, { maxStaleness: -1 }, { maxRevocationsInMemory: 0 }] as const)(
    'refuses %j',
    (options) => {
      expect(() => resolve(options)).toThrow(`revocation.${Object.keys(options)[0]}`);
    },
  );
});
