import { readdirSync } from 'node:fs';
import { inspect } from 'node:util';
import { AuthConfigurationError } from '../kernel/configuration/configuration-error.js';
import type { AuthModuleOptions } from './auth-module-options.js';
import { type ResolutionEnvironment, resolveAuthOptions } from './resolve-auth-options.js';

const host: ResolutionEnvironment = {
  nodeEnv: 'test',
  servesLogin: true,
  issues: true,
  hasUserAuthenticator: true,
};
const options: AuthModuleOptions = {
  issuer: 'https://auth.test',
  audience: 'https://api.test',
  secret: 'kX9v2LrTq7ZpWm4sNb8dYc3fHg6jEa1uQ5tR0oViBzC',
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
  it('needs an issuer and an audience only, outside production', () => {
    expect(mistakesIn({ secret: undefined })).toEqual([]);
    expect(mistakesIn({ issuer: undefined, audience: undefined })).toEqual(['issuer', 'audience']);
  });

  it('freezes every group of settings', () => {
    const settings = resolveAuthOptions({ ...options, redis: 'redis://localhost' }, host);
    for (const group of [settings, ...Object.values(settings)].filter((each) => typeof each === 'object'))
      expect(Object.isFrozen(group)).toBe(true);
    const { keys: _keys, ...others } = settings;
    expect(
      Object.values(others)
        .flatMap(plainObjectsOf)
        .filter((each) => !Object.isFrozen(each)),
    ).toEqual([]);
  });

  it('[11-A] has revocations outlast tokens wherever they are accepted: another service may allow for more', () => {
    const accessTokens = { ttl: '10m', maxTtl: '1h', clockTolerance: 0 } as const;
    const { tokenBlacklist } = resolveAuthOptions({ ...options, accessTokens }, host);
    expect(tokenBlacklist).toMatchObject({
      accessTokenLifetimeMs: 65 * 60_000,
      clockToleranceMs: 5 * 60_000,
    });
    const most = { ...options, accessTokens: { clockTolerance: tokenBlacklist.clockToleranceMs } };
    expect(resolveAuthOptions(most, host).accessTokens.clockToleranceMs).toBe(5 * 60_000);
    expect(mistakesIn({ accessTokens: { clockTolerance: 5 * 60_000 + 1 } })).toEqual([
      'accessTokens.clockTolerance',
    ]);
    // Held against logins under way for as long as anywhere else, whatever the lifetimes.
    const short = {
      ...options,
      accessTokens: { ttl: '1m' },
      sessions: { absoluteTtl: '1d', idleTtl: '1d' },
    } as const;
    expect(resolveAuthOptions(short, host).tokenBlacklist.longestLoginMs).toBe(tokenBlacklist.longestLoginMs);
  });

  it('goes nowhere: no file is read or written', () => {
    const before = readdirSync('.');
    const { secret: _, ...bare } = options;
    resolveAuthOptions({ ...bare, keys: { privateKeyFile: '/nowhere/key.pem' } }, host);
    resolveAuthOptions({ ...bare, secretFile: '/nowhere/secret' }, host);
    expect(readdirSync('.')).toEqual(before);
  });

  it('shows no secret, however it is looked at', () => {
    const secrets = ['kX9v2LrTq7ZpWm4sNb8dYc3fHg6jEa1uQ5tR0oViBzC', 'hunter2-of-redis', 'open sesame'];
    const [secret = '', password = '', passphrase = ''] = secrets;
    const settings = [
      { keys: { secret } },
      { keys: { privateKeyFile: '/x', passphrase } },
      { secret: [secret, secret], redis: { url: `redis://app:${password}@localhost` } },
    ].map((over) => resolveAuthOptions({ ...options, ...over }, host));
    const shown = inspect(settings, { depth: null, showHidden: true }) + JSON.stringify(settings);
    for (const each of secrets) expect(shown).not.toContain(each);
    expect(shown).toContain('[secret]');
  });

  it.each([
    ['memory stores', {}, ['redis']],
    ['memory stores that are asked for', { dangerouslyUseMemoryStoresInProduction: true }, []],
    ['Redis', { redis: { url: 'redis://localhost' } }, []],
    ['a secret that nobody gave', { redis: { url: 'redis://localhost' }, secret: undefined }, ['secret']],
    [
      'a file for keys that are in Redis',
      { redis: { url: 'redis://localhost' }, keys: { managedFile: 'keys.json' } },
      ['keys.managedFile'],
    ],
    ['a secret that is short', { redis: { url: 'redis://localhost' }, secret: 'short' }, ['secret']],
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
          secret: ['hunter2'],
          keys: { rotation: { evry: '1d' } as object },
          sessions: { idleTtl: 'x' as '1s' },
          tokenBlacklist: { maxStaleness: 'x' as '1s' },
          authentication: { clientId: '' },
          problemDetails: { realm: '' },
        },
        host,
      );
    expect(all).toThrow(AuthConfigurationError);
    for (const option of [
      'issuer',
      'redis.url',
      'redis.keyPrefix',
      'sessions.idleTtl',
      'secret[0]',
      'keys.rotation.evry',
      'tokenBlacklist.maxStaleness',
      'authentication.clientId',
      'problemDetails.realm',
    ])
      expect(all).toThrow(option);
    expect(all).not.toThrow('hunter2');
  });
});
