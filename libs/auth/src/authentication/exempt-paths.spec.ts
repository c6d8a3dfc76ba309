import { ExemptPaths } from './exempt-paths.js';

describe('ExemptPaths', () => {
  const paths = new ExemptPaths(['/metrics', '/docs/*']);

  it.each(['/metrics', '/metrics?x=1', '/docs/', '/docs/a/b', '/docs/a?next=/../x'])('exempts %s', (url) => {
    expect(paths.includes(url)).toBe(true);
  });

  it.each([
    '/',
    '/metrics/',
    '/Metrics',
    '/metrics2',
    '/docs',
    '/docs2/a',
    '/docs/../auth/me',
    '/docs/./a',
    '/docs/%2e%2e/auth/me',
    '/docs/..%2fauth/me',
    '/docs/..\\auth/me',
    '//docs/a',
  ])('does not exempt %s', (url) => {
    expect(paths.includes(url)).toBe(false);
  });
});
