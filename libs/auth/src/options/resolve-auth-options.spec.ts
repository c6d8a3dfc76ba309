import { AuthConfigurationError } from '../kernel/configuration-error.js';
import type { AuthModuleOptions } from './auth-module-options.js';
import { type ResolutionEnvironment, resolveAuthOptions } from './resolve-auth-options.js';

const host: ResolutionEnvironment = { nodeEnv: 'test', servesLogin: true, hasUserAuthenticator: true };
const options: AuthModuleOptions = {
  issuer: 'https://auth.test',
  audience: 'https://api.test',
  keys: { secret: 'kX9vQ2mL7pR4tW8zB3nF6hJ1cD5gS0aY' },
};

function mistakesIn(over: object, environment: Partial<ResolutionEnvironment> = {}): string[] {
  try {
    resolveAuthOptions({ ...options, ...over }, { ...host, ...environment });
    return [];
  } catch (error) {
    return (error as AuthConfigurationError).findings.map(({ option }) => option);
  }
}

/** Every object and list below, except what belongs to others (keys, connections, functions). */
function plainObjectsOf(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return isPlain ? [value, ...Object.values(value).flatMap(plainObjectsOf)] : [];
}

describe('resolveAuthOptions', () => {
  it('needs an issuer and an audience only', () => {
    expect(mistakesIn({})).toEqual([]);
    expect(mistakesIn({ issuer: undefined, audience: undefined })).toEqual(['issuer', 'audience']);
  });

  it('freezes every group of settings', () => {
    const settings = resolveAuthOptions(options, host);
    for (const group of [settings, ...Object.values(settings)].filter((each) => typeof each === 'object'))
      expect(Object.isFrozen(group)).toBe(true);
    expect(plainObjectsOf(settings.authentication).every((each) => Object.isFrozen(each))).toBe(true);
  });

  it.each([
    ['memory stores', {}, ['redis']],
    ['memory stores that are asked for', { dangerouslyUseMemoryStoresInProduction: true }, []],
    ['Redis', { redis: { url: 'redis://localhost' } }, []],
    ['keys that nobody gave', { redis: { url: 'redis://localhost' }, keys: undefined }, ['keys']],
    [
      'keys shared through nothing',
      { keys: { shared: true, keyEncryptionKey: 'x' } },
      expect.arrayContaining(['redis', 'keys.shared']),
    ],
  ])('in production, answers %s with the mistakes %j', (_name, over, expected) => {
    expect(mistakesIn(over, { nodeEnv: 'production' })).toEqual(expected);
    expect(mistakesIn({ ...over, production: true })).toEqual(expected);
  });

  it('lets `production` overrule NODE_ENV', () => {
    expect(mistakesIn({ production: false }, { nodeEnv: 'production' })).toEqual([]);
  });

  it.each([
    [{ servesLogin: true, hasUserAuthenticator: false }, ['userAuthenticator']],
    [{ servesLogin: false, hasUserAuthenticator: false }, []],
    [{ servesLogin: false, hasUserAuthenticator: true }, []],
  ])('with %j finds %j', (environment, expected) => {
    expect(mistakesIn({}, environment)).toEqual(expected);
  });

  it('names mistakes of every group at once, and no secret', () => {
    const all = () =>
      resolveAuthOptions(
        {
          ...options,
          issuer: ' ',
          redis: { url: 'redis://:hunter2@', keyPrefix: '{x}' },
          sessions: { idleTtl: 'x' as '1s', macSecrets: ['hunter2'] },
          revocation: { maxStaleness: 'x' as '1s' },
          authentication: { clientId: '' },
          problems: { realm: '' },
        },
        host,
      );
    expect(all).toThrow(AuthConfigurationError);
    for (const option of [
      'issuer',
      'redis.url',
      'redis.keyPrefix',
      'sessions.idleTtl',
      'sessions.macSecrets',
      'revocation.maxStaleness',
      'authentication.clientId',
      'problems.realm',
    ])
      expect(all).toThrow(option);
    expect(all).not.toThrow('hunter2');
  });
});
