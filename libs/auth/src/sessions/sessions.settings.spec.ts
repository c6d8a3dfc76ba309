import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../kernel/configuration/configuration-error.js';
import { type SessionsOptions, resolveSessionsSettings } from './sessions.settings.js';

const DAY_MS = 86_400_000;

function resolve(options: SessionsOptions) {
  const findings = new ConfigurationFindings();
  const settings = resolveSessionsSettings(options, findings);
  findings.throwIfAny();
  return settings;
}

function mistakesIn(options: unknown): readonly string[] {
  try {
    resolve(options as SessionsOptions);
    return [];
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return error.findings.map(({ option }) => option);
  }
}

describe('resolveSessionsSettings', () => {
  it('[obligation 53] [obligation 62] has an idle and an absolute limit without being asked', () => {
    const settings = resolve({});
    expect(settings.standard).toMatchObject({ idleTtlMs: 7 * DAY_MS, absoluteTtlMs: 30 * DAY_MS });
    expect(settings).toMatchObject({
      reuseWindowMs: 10_000,
      maxSessionsPerSubject: 100,
      whenFull: 'evict-oldest',
      tokenPrefix: 'ghr',
      longestLifetimeMs: 30 * DAY_MS,
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it('[obligation 62] lets single clients have other lives', () => {
    const settings = resolve({
      absoluteTtl: '1d',
      profiles: { bank: { absoluteTtl: '12h', idleTtl: '15m' }, tv: { absoluteTtl: '90d' } },
    });
    expect(settings.profiles.get('bank')).toMatchObject({ idleTtlMs: 900_000, absoluteTtlMs: 43_200_000 });
    expect(settings.profiles.get('tv')).toMatchObject({ idleTtlMs: DAY_MS, absoluteTtlMs: 90 * DAY_MS });
    expect(settings.standard).toMatchObject({ idleTtlMs: DAY_MS, absoluteTtlMs: DAY_MS });
    expect([...settings.profiles.keys()]).toEqual(['bank', 'tv']);
    expect(settings.longestLifetimeMs).toBe(90 * DAY_MS);
  });

  describe('[11-C] lets a rotation be repeated while nobody has used what it handed out', () => {
    const replays = (options: SessionsOptions): readonly (number | undefined)[] => {
      const { standard, profiles } = resolve(options);
      return [standard, profiles.get('tv')].map((profile) => profile?.replayUnconfirmedMs);
    };
    const profiles = { tv: { idleTtl: '20d' } } as const;

    it.each<[string, SessionsOptions, readonly [standard: number, tv: number]]>([
      ['until the idle end of each client', { profiles }, [7 * DAY_MS, 20 * DAY_MS]],
      ['not at all where one-time use is strict', { profiles, reuseWindow: 0 }, [0, 0]],
      ['for as long as is said for all', { profiles, replayUnconfirmed: '1d' }, [DAY_MS, DAY_MS]],
      [
        'even where one-time use is strict',
        { profiles, reuseWindow: 0, replayUnconfirmed: '1d' },
        [DAY_MS, DAY_MS],
      ],
      [
        'for as long as is said for one client',
        { profiles: { tv: { replayUnconfirmed: 0 } } },
        [7 * DAY_MS, 0],
      ],
    ])('%s', (_, options, expected) => {
      expect(replays(options)).toEqual(expected);
    });
  });

  it('collects every mistake', () => {
    expect(
      mistakesIn({
        idleTtl: '31d',
        reuseWindow: '1h',
        replayUnconfirmed: 3600,
        maxSessionsPerSubject: -1,
        whenFull: 'explode',
        tokenPrefix: 'a_b',
        maxSessionsInMemory: 0.5,
        profiles: { web: { absoluteTtl: 'soon' } },
      }),
    ).toEqual([
      'sessions.reuseWindow',
      'sessions.idleTtl',
      'sessions.replayUnconfirmed',
      'sessions.profiles.web.absoluteTtl',
      'sessions.maxSessionsPerSubject',
      'sessions.whenFull',
      'sessions.maxSessionsInMemory',
      'sessions.tokenPrefix',
    ]);
    expect(mistakesIn({})).toEqual([]);
  });

  it.each([{ idleTtl: 604_800 }, { absoluteTtl: 2_592_000 }, { profiles: { web: { idleTtl: 3600 } } }])(
    'takes no seconds for milliseconds: %j',
    (options) => {
      expect(() => resolve(options)).toThrow('for seconds or');
    },
  );
});
