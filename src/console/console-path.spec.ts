import { afterLogin, consolePath, isInConsole } from './console-path.js';

describe('addresses of the console', () => {
  it.each([
    ['/console', true],
    ['/console/keys', true],
    ['/console?x', true],
    ['/consoles', false],
    ['/articles?to=/console', false],
    ['/../console', false],
    ['//console', false],
    ['', false],
  ])('%j: %j', (path, expected) => {
    expect(isInConsole(path)).toBe(expected);
  });

  it.each([
    ['/console/access/why?role=a%20b', '/console/access/why?role=a%20b'],
    ['/console/keys#there', '/console/keys'],
    ...['https://evil.example/console', '//evil.example/console', String.raw`/\evil.example/console`].map(
      (elsewhere) => [elsewhere, '/console'],
    ),
    ['/console/../oauth/authorize?client_id=x', '/console'],
    ['javascript:alert(1)', '/console'],
    ...['login?next=/console/login', 'logout', 'login/', 'sessions/end', 'nowhere'].map((path) => [
      `/console/${path}`,
      '/console',
    ]),
    ['/console/keys/', '/console/keys'],
    ['', '/console'],
  ])('a login for %j leads to %j', (wanted, expected) => {
    expect(afterLogin(wanted)).toBe(expected);
  });

  it('a login for anything else than a text leads to the first page', () => {
    for (const wanted of [undefined, null, ['/console/keys'], {}])
      expect(afterLogin(wanted)).toBe('/console');
  });

  it('are written with what they ask for', () => {
    expect(consolePath('/sessions/of', { user: 'a&b=c/d', done: undefined })).toBe(
      '/console/sessions/of?user=a%26b%3Dc%2Fd',
    );
    expect(consolePath('')).toBe('/console');
  });
});
