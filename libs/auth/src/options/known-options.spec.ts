import { AuthConfigurationError, ConfigurationFindings } from '../kernel/configuration-error.js';
import { knownOptions } from './known-options.js';

function optionsFound(given: unknown): string[] {
  const findings = new ConfigurationFindings();
  knownOptions(given, findings);
  try {
    findings.throwIfAny();
    return [];
  } catch (error) {
    return (error as AuthConfigurationError).findings.map(({ option }) => option);
  }
}

describe('knownOptions', () => {
  it.each([
    {},
    { issuer: 'x', audience: ['y'], throttle: false, production: true, keys: undefined },
    {
      redis: { url: 'redis://x' },
      sessions: {},
      revocation: { maxStaleness: '1s' },
      problems: { realm: 'x' },
    },
    { accessTokens: { ttl: '5m' }, authentication: { exemptPaths: ['/x'] }, access: { definition: {} } },
  ])('takes %j', (given) => {
    expect(optionsFound(given)).toEqual([]);
  });

  it.each([
    [{ isuer: 'x' }, ['isuer']],
    [{ revocation: { maxStalenes: '0ms' } }, ['revocation.maxStalenes']],
    [{ sessions: { reusewindow: 0 } }, ['sessions.reusewindow']],
    [{ keys: { privatekey: 'x' } }, ['keys.privatekey']],
    [
      { authentication: { exemptPath: [], refreshCookies: true } },
      ['authentication.exemptPath', 'authentication.refreshCookies'],
    ],
    [{ throttle: true, redis: 'redis://x' }, ['throttle', 'redis']],
    [{ access: null, keys: [], accessTokens: 5 }, ['access', 'keys', 'accessTokens']],
    [{ ['__proto__x']: 1, constructor: 1 }, ['__proto__x', 'constructor']],
    [undefined, ['options']],
    [null, ['options']],
    ['issuer', ['options']],
    [[], ['options']],
  ])('finds in %j the mistakes %j', (given, expected) => {
    expect(optionsFound(given)).toEqual(expected);
  });

  it('says of a misspelt option that it is none', () => {
    const findings = new ConfigurationFindings();
    knownOptions({ keys: { privatekey: 'x' } }, findings);
    expect(() => findings.throwIfAny()).toThrow('keys.privatekey: is not an option');
  });
});
