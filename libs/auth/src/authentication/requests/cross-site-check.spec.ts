import type { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { ConfigurationFindings } from '../../kernel/configuration/configuration-error.js';
import { type AuthenticationOptions, resolveAuthenticationSettings } from '../authentication.settings.js';
import { type BrowserRequest, CrossSiteCheck } from './cross-site-check.js';

const cookie: AuthenticationOptions = { refreshCookie: true };
const listed: AuthenticationOptions = {
  ...cookie,
  allowedOrigins: ['https://app.test', 'capacitor://localhost'],
};

function passes(
  options: AuthenticationOptions,
  headers: BrowserRequest['headers'],
  protocol = 'http',
): boolean {
  const settings = resolveAuthenticationSettings(options, new ConfigurationFindings());
  const check = new CrossSiteCheck(settings, { issuer: 'https://id.test/realm' } as AccessTokensSettings);
  try {
    check.refuse({ headers: { host: 'api.test', ...headers }, protocol });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'cross_site_request' });
    return false;
  }
}

describe('[10-12] CrossSiteCheck', () => {
  it.each<[AuthenticationOptions, BrowserRequest['headers'], boolean]>([
    [cookie, {}, true],
    [cookie, { 'sec-fetch-site': 'same-origin', origin: 'https://api.test' }, true],
    [cookie, { 'sec-fetch-site': 'none' }, true],
    [cookie, { 'sec-fetch-site': 'cross-site' }, false],
    [cookie, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }, false],
    [cookie, { 'sec-fetch-site': 'cross-site', origin: 'https://api.test' }, false],
    [cookie, { 'sec-fetch-site': 'cross-site', origin: 'null' }, false],
    [cookie, { 'sec-fetch-site': 'same-site', origin: 'https://shop.test' }, false],
    [cookie, { 'sec-fetch-site': 'same-site' }, false],
    [cookie, { 'sec-fetch-site': 'same-site', origin: 'https://id.test' }, true],
    [cookie, { 'sec-fetch-site': 'same-origin, cross-site', origin: 'https://id.test' }, false],
    [cookie, { origin: 'https://api.test' }, true],
    [cookie, { origin: 'http://api.test' }, true],
    [cookie, { origin: 'https://api.test:8443' }, false],
    [cookie, { origin: 'https://id.test' }, true],
    [cookie, { origin: 'https://evil.test' }, false],
    [cookie, { origin: 'https://api.test.evil.test' }, false],
    [cookie, { origin: 'https://api.test@evil.test' }, false],
    [cookie, { origin: 'null' }, false],
    [cookie, { origin: 'file://api.test' }, false],
    [cookie, { origin: 'https://api.test', host: 'api.test:443' }, true],
    [cookie, { origin: 'https://api.test', host: undefined }, false],
    [listed, { 'sec-fetch-site': 'cross-site', origin: 'https://app.test' }, true],
    [listed, { origin: 'capacitor://localhost' }, true],
    [listed, { origin: 'https://app.test:444' }, false],
    [listed, { origin: 'http://app.test' }, false],
    [listed, { 'sec-fetch-site': 'same-site', origin: 'https://id.test' }, false],
    [listed, { origin: 'https://api.test' }, true],
  ])('with %j, a request with %j passes: %s', (options, headers, expected) => {
    expect(passes(options, headers)).toBe(expected);
  });

  it('knows the scheme where the platform does', () => {
    expect(passes(cookie, { origin: 'http://api.test' }, 'https')).toBe(false);
    expect(passes(cookie, { origin: 'https://api.test' }, 'https')).toBe(true);
  });
});
