import { AuthConfigurationError, ConfigurationFindings } from '../kernel/configuration-error.js';
import { type RefreshSessionsOptions, resolveRefreshSessionsSettings } from './refresh-sessions.settings.js';

const SECRET = 's'.repeat(32);
const DAY_MS = 86_400_000;

function resolve(options: RefreshSessionsOptions, fallback?: string) {
  const findings = new ConfigurationFindings();
  const settings = resolveRefreshSessionsSettings(options, findings, fallback);
  findings.throwIfAny();
  return settings;
}

function mistakesIn(options: unknown): readonly string[] {
  try {
    resolve(options as RefreshSessionsOptions);
    return [];
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return error.findings.map(({ option }) => option);
  }
}

describe('resolveRefreshSessionsSettings', () => {
  it('[obligation 53] [obligation 62] has an idle and an absolute limit without being asked', () => {
    const settings = resolve({}, SECRET);
    expect(settings.profileOf('web')).toEqual({ idleTtlMs: 7 * DAY_MS, absoluteTtlMs: 30 * DAY_MS });
    expect(settings).toMatchObject({
      reuseWindowMs: 10_000,
      maxSessionsPerSubject: 0,
      whenFull: 'evict-oldest',
      tokenPrefix: 'ghr',
      macSecrets: [SECRET],
      longestLifeMs: 30 * DAY_MS,
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('[obligation 62] lets single clients have other lives', () => {
    const settings = resolve({
      macSecrets: [SECRET],
      absoluteTtl: '1d',
      profiles: { bank: { absoluteTtl: '12h', idleTtl: '15m' }, tv: { absoluteTtl: '90d' } },
    });
    expect(settings.profileOf('bank')).toEqual({ idleTtlMs: 900_000, absoluteTtlMs: 43_200_000 });
    expect(settings.profileOf('tv')).toEqual({ idleTtlMs: DAY_MS, absoluteTtlMs: 90 * DAY_MS });
    expect(settings.profileOf('web')).toEqual({ idleTtlMs: DAY_MS, absoluteTtlMs: DAY_MS });
    expect(settings.profileOf('__proto__')).toEqual(settings.profileOf('web'));
    expect(settings.longestLifeMs).toBe(90 * DAY_MS);
  });

  it('collects every mistake', () => {
    expect(
      mistakesIn({
        idleTtl: '31d',
        reuseWindow: '1h',
        maxSessionsPerSubject: -1,
        whenFull: 'explode',
        tokenPrefix: 'a_b',
        macSecrets: ['short'],
        maxSessionsInMemory: 0.5,
        profiles: { web: { absoluteTtl: 'soon' } },
      }),
    ).toEqual([
      'sessions.idleTtl',
      'sessions.profiles.web.absoluteTtl',
      'sessions.reuseWindow',
      'sessions.maxSessionsPerSubject',
      'sessions.whenFull',
      'sessions.maxSessionsInMemory',
      'sessions.tokenPrefix',
      'sessions.macSecrets[0]',
    ]);
    expect(mistakesIn({})).toEqual(['sessions.macSecrets']);
  });
});
