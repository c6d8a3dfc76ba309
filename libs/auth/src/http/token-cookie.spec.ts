import type { CookieSettings } from '../authentication/cookies.settings.js';
import { clearedCookies, clearedStrayCookies, clearedTwins, tokenCookie } from './token-cookie.js';

const settings: CookieSettings = {
  name: 'rt',
  path: undefined,
  domain: undefined,
  sameSite: 'Lax',
  partitioned: false,
};
const end = 'HttpOnly; Secure; SameSite=Lax';

describe('[10-12] the cookie of a token', () => {
  it('is kept for its folder, or where the options say', () => {
    const token = { value: 'x', maxAgeSeconds: 60.9 };
    expect(tokenCookie(settings, '/auth', token)).toBe(`rt=x; Max-Age=60; Path=/auth; ${end}`);
    expect(tokenCookie({ ...settings, path: '/', domain: 'x.test' }, '/auth', token)).toBe(
      `rt=x; Max-Age=60; Path=/; Domain=x.test; ${end}`,
    );
  });

  it('is cleared wherever the browser can have sent it from', () => {
    expect(clearedCookies(settings, '/api/auth')).toEqual(
      ['/api/auth', '/api', '/'].map((path) => `rt=; Max-Age=0; Path=${path}; ${end}`),
    );
    expect(clearedCookies({ ...settings, path: '/v1', domain: 'x.test' }, '/auth')).toEqual(
      ['/v1; Domain=x.test', '/v1', '/auth', '/auth; Domain=x.test', '/', '/; Domain=x.test'].map(
        (where) => `rt=; Max-Age=0; Path=${where}; ${end}`,
      ),
    );
    expect(clearedCookies(settings, '/')).toEqual([`rt=; Max-Age=0; Path=/; ${end}`]);
  });

  it('is kept for each site whose pages use it, and the one of before is cleared', () => {
    const partitioned: CookieSettings = { ...settings, sameSite: 'None', partitioned: true };
    const token = { value: 'x', maxAgeSeconds: 60 };
    const kind = 'HttpOnly; Secure; SameSite=None';
    expect(tokenCookie(partitioned, '/', token)).toBe(`rt=x; Max-Age=60; Path=/; ${kind}; Partitioned`);
    const both = ['; Partitioned', ''].map((attribute) => `rt=; Max-Age=0; Path=/; ${kind}${attribute}`);
    expect(clearedCookies(partitioned, '/')).toEqual(both);
    expect(clearedTwins(partitioned, '/')).toEqual([both[1]]);
    const asBefore = { ...partitioned, partitioned: false };
    expect(clearedCookies(asBefore, '/').toSorted()).toEqual(both.toSorted());
    expect(clearedTwins(asBefore, '/')).toEqual([both[0]]);
    expect(clearedTwins(settings, '/')).toEqual([]);
    expect(clearedStrayCookies({ ...partitioned, name: '__Host-rt', path: '/' }, '/')).toEqual([
      `__Host-rt=; Max-Age=0; Path=/; ${kind}`,
    ]);
  });

  it('is not cleared where it is kept now, and a __Host- cookie is nowhere else', () => {
    expect(clearedStrayCookies(settings, '/auth')).toEqual([`rt=; Max-Age=0; Path=/; ${end}`]);
    expect(clearedStrayCookies({ ...settings, name: '__Host-rt', path: '/' }, '/auth')).toEqual([]);
  });
});
