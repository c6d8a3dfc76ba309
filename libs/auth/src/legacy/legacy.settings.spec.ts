import {
  AuthConfigurationError,
  ConfigurationFindings,
} from '../kernel/configuration/configuration-error.js';
import { resolveLegacySettings } from './legacy.settings.js';

function resolve(options: unknown, issuesTokens = true) {
  const findings = new ConfigurationFindings();
  const settings = resolveLegacySettings(options, { issuesTokens }, findings);
  findings.throwIfAny();
  return settings;
}

function mistakesIn(options: unknown, issuesTokens = true): readonly string[] {
  try {
    resolve(options, issuesTokens);
    return [];
  } catch (error) {
    if (!(error instanceof AuthConfigurationError)) throw error;
    return error.findings.map(({ option }) => option);
  }
}

const verify = (): undefined => undefined;

describe('[11-E] resolveLegacySettings', () => {
  it('has none unless asked for, and takes a date without functions: of a service that only revokes', () => {
    expect(resolve(undefined)).toBeUndefined();
    const settings = resolve({ until: '2027-03-01' });
    expect(settings).toMatchObject({ until: Date.UTC(2027, 2, 1), accessToken: undefined });
    expect(settings!.rememberedUntil).toBeGreaterThan(Date.UTC(2028, 1, 28));
  });

  it.each([
    [new Date(Date.UTC(2027, 2, 1)), Date.UTC(2027, 2, 1)],
    ['2027-03-01', Date.UTC(2027, 2, 1)],
    ['2027-03-01T12:00Z', Date.UTC(2027, 2, 1, 12)],
    ['2027-03-01T12:00:30.5+01:00', Date.UTC(2027, 2, 1, 11, 0, 30, 500)],
    ['2028-02-29', Date.UTC(2028, 1, 29)],
  ])('reads %s', (until, at) => {
    expect(resolve({ until })!.until).toBe(at);
  });

  it.each([
    new Date(Number.NaN),
    '2027-02-29',
    '2027-13-01',
    '2027-03-01T25:00Z',
    // Of whose zone?
    '2027-03-01T12:00',
    '1 March 2027',
    'tomorrow',
    '',
    1_803_859_200_000,
    null,
    {},
  ])('refuses %p', (until) => {
    expect(mistakesIn({ until })).toEqual(['legacy.until']);
  });

  it.each([
    [{}, ['legacy.until']],
    [{ until: '2027-03-01', accessToken: 'verify' }, ['legacy.accessToken']],
    [{ until: '2027-03-01', refreshTokens: verify }, ['legacy.refreshTokens']],
    [true, ['legacy']],
  ])('names the mistake of %p', (options, mistakes) => {
    expect(mistakesIn(options)).toEqual(mistakes);
  });

  it('opens no sessions where nothing is issued', () => {
    expect(mistakesIn({ until: '2027-03-01', refreshToken: verify }, false)).toEqual(['legacy.refreshToken']);
    expect(mistakesIn({ until: '2027-03-01', accessToken: verify }, false)).toEqual([]);
  });
});
