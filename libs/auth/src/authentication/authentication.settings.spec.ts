import { ConfigurationFindings } from '../kernel/configuration-error.js';
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
    expect(settings).toEqual({ clientId: 'first-party', exemptPaths: [], refreshCookie: undefined });
  });

  it.each<[string, AuthenticationOptions]>([
    ['clientId', { clientId: '' }],
    ['clientId', { clientId: 'two words' }],
    ['exemptPaths', { exemptPaths: ['metrics'] }],
    ['exemptPaths', { exemptPaths: ['/*/metrics'] }],
    ['exemptPaths', { exemptPaths: ['/*'] }],
    ['exemptPaths', { exemptPaths: ['/metrics?all'] }],
    ['refreshCookie.name', { refreshCookie: { name: 'a b' } }],
    ['refreshCookie.name', { refreshCookie: { name: '__Host-refresh' } }],
    ['refreshCookie.name', { refreshCookie: { name: '__host-refresh', path: '/auth' } }],
    ['refreshCookie.path', { refreshCookie: { path: 'auth' } }],
    ['refreshCookie.path', { refreshCookie: { path: '/auth; Domain=x.test' } }],
    ['refreshCookie.sameSite', { refreshCookie: { sameSite: 'none' as 'None' } }],
  ])('finds the mistake in %s: %j', (option, options) => {
    expect(resolve(options).stop).toThrow(`authentication.${option}`);
  });

  it.each<[AuthenticationOptions['refreshCookie'], object]>([
    [true, { name: '__Secure-refresh_token', sameSite: 'Strict', path: undefined }],
    [
      { name: '__Host-refresh', path: '/' },
      { name: '__Host-refresh', sameSite: 'Strict', path: '/' },
    ],
    [
      { sameSite: 'Lax', path: '/api' },
      { name: '__Secure-refresh_token', sameSite: 'Lax', path: '/api' },
    ],
  ])('takes the refresh cookie %j', (refreshCookie, expected) => {
    const { settings, stop } = resolve({ refreshCookie: refreshCookie! });
    expect(stop).not.toThrow();
    expect(settings.refreshCookie).toEqual(expected);
  });
});
