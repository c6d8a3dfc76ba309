import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { resolveTokenBlacklistSettings, type TokenBlacklistOptions } from './token-blacklist.settings.js';

const LIVES = {
  accessTokenLifetimeMs: 905_000,
  clockToleranceMs: 5_000,
  sessionLifetimeMs: 86_400_000,
  longestLoginMs: 900_000,
  marksKeptUntil: 0,
};

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

  it('keeps the feed for one access-token lifetime when a copy may answer', () => {
    expect(resolve({ maxStaleness: '2s' })).toMatchObject({ maxStalenessMs: 2_000, feedTtlMs: 905_000 });
  });

  it.each([{ maxStaleness: '1h' }, { maxStaleness: -1 }, { maxRevocationsInMemory: 0 }] as const)(
    'refuses %j',
    (options) => {
      expect(() => resolve(options)).toThrow(`tokenBlacklist.${Object.keys(options)[0]}`);
    },
  );
});
