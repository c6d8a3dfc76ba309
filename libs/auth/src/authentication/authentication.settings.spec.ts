import { ConfigurationFindings } from '../kernel/configuration/configuration-error.js';
import { type AuthenticationOptions, resolveAuthenticationSettings } from './authentication.settings.js';

const resolve = (options?: AuthenticationOptions) => {
  const findings = new ConfigurationFindings();
  const settings = resolveAuthenticationSettings(options, findings);
  return { settings, stop: () => findings.throwIfAny() };
};

describe('resolveAuthenticationSettings', () => {
  it('has defaults', () => {
    const { settings, stop } = resolve();
    expect(stop).not.toThrow();
    expect(settings).toEqual({
      clientId: 'first-party',
      clientIds: ['first-party'],
      exemptPaths: [],
      login: { usernameField: 'username', passwordField: 'password', extraFields: [] },
      refreshCookie: undefined,
      accessCookie: undefined,
      refreshTokenField: 'refresh_token',
      refreshTokenHeader: undefined,
      allowedOrigins: [],
      socketCheckIntervalMs: 5_000,
    });
  });

  it.each<[string, AuthenticationOptions]>([
    ['clientId', { clientId: '' }],
    ['clientId', { clientId: 'two words' }],
    ['clientId', { clientId: [] }],
    ['clientId', { clientId: ['web', 'web'] }],
    ['clientId', { clientId: ['web', 'two words'] }],
    ['exemptPaths', { exemptPaths: ['metrics'] }],
    ['exemptPaths', { exemptPaths: ['/*/metrics'] }],
    ['exemptPaths', { exemptPaths: ['/*'] }],
    ['exemptPaths', { exemptPaths: ['/metrics?all'] }],
    ['accessCookie.name', { accessCookie: { name: 'a b' } }],
    ['accessCookie.domain', { accessCookie: { name: '__Host-access', domain: 'example.com' } }],
    ['accessCookie.sameSite', { accessCookie: { sameSite: 'lax' as 'Lax' } }],
    ['accessCookie.path', { accessCookie: { path: '/api' } as object }],
    ['refreshTokenField', { refreshTokenField: 'refresh[token]' }],
    ['refreshTokenField', { refreshTokenField: 'scope' }],
    ['refreshTokenHeader', { refreshTokenHeader: 'x refresh' }],
    ['refreshTokenHeader', { refreshTokenHeader: 'Cookie' }],
    ['login.usernameField', { login: { usernameField: '' } }],
    ['login.usernameField', { login: { usernameField: 'user[name]' } }],
    ['login.usernameField', { login: { usernameField: 'user.name' } }],
    ['login.usernameField', { login: { usernameField: '__proto__' } }],
    ['login.usernameField', { login: { usernameField: 'scope' } }],
    ['login.passwordField', { login: { passwordField: 'username' } }],
    ['login.passwordField', { login: { passwordField: 'constructor' } }],
    ['login.extraFields', { login: { extraFields: ['device_label'] } }],
    ['login.extraFields', { login: { extraFields: ['totp', 'totp'] } }],
    ['login.extraFields', { login: { extraFields: ['password'] } }],
    ['login.extraFields', { login: { extraFields: Array.from({ length: 33 }, (_, at) => `field${at}`) } }],
    ['login.extraFields', { login: { extraFields: 'totp' as unknown as string[] } }],
    ['refreshCookie.name', { refreshCookie: { name: 'a b' } }],
    ['refreshCookie.name', { refreshCookie: { name: '__Host-refresh' } }],
    ['refreshCookie.name', { refreshCookie: { name: '__host-refresh', path: '/auth' } }],
    ['refreshCookie.path', { refreshCookie: { path: 'auth' } }],
    ['refreshCookie.path', { refreshCookie: { path: '/auth; Domain=x.test' } }],
    ['refreshCookie.domain', { refreshCookie: { domain: 'x.test; Path=/' } }],
    ['refreshCookie.domain', { refreshCookie: { domain: 'localhost' } }],
    ['refreshCookie.domain', { refreshCookie: { domain: '127.0.0.1' } }],
    ['refreshCookie.domain', { refreshCookie: { domain: '.x.test' } }],
    ['refreshCookie.domain', { refreshCookie: { name: '__Host-a', path: '/', domain: 'x.test' } }],
    ['allowedOrigins', { allowedOrigins: ['https://app.test/'] }],
    ['allowedOrigins', { allowedOrigins: ['app.test'] }],
    ['allowedOrigins', { allowedOrigins: ['*'] }],
    ['allowedOrigins', { allowedOrigins: ['https://*.app.test'] }],
    ['allowedOrigins', { allowedOrigins: ['https://app.test:443'] }],
    ['allowedOrigins', { allowedOrigins: ['https://App.test'] }],
    ['refreshCookie.sameSite', { refreshCookie: { sameSite: 'none' as 'None' } }],
    ['refreshCookie.partitioned', { refreshCookie: { partitioned: true } }],
    [
      'fingerprintCookie',
      { fingerprintCookie: true, refreshCookie: { partitioned: true, sameSite: 'None' } },
    ],
    ['accessCookie.partitioned', { accessCookie: { partitioned: true, sameSite: 'Lax' } }],
  ])('finds the mistake in %s: %j', (option, options) => {
    expect(resolve(options).stop).toThrow(`authentication.${option}`);
  });

  const usual = { name: '__Secure-refresh_token', sameSite: 'Strict', partitioned: false };
  it.each<[AuthenticationOptions['refreshCookie'], object]>([
    [true, usual],
    [
      { name: '__Host-refresh', path: '/' },
      { ...usual, name: '__Host-refresh', path: '/' },
    ],
    [
      { sameSite: 'Lax', path: '/api', domain: 'app.example.com' },
      { ...usual, sameSite: 'Lax', path: '/api', domain: 'app.example.com' },
    ],
    [
      { sameSite: 'None', partitioned: true },
      { ...usual, sameSite: 'None', partitioned: true },
    ],
  ])('takes the refresh cookie %j', (refreshCookie, expected) => {
    const { settings, stop } = resolve({ refreshCookie: refreshCookie! });
    expect(stop).not.toThrow();
    expect(settings.refreshCookie).toEqual(expected);
  });
});
