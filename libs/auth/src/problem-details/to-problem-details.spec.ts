import { AuthError } from '../kernel/auth-error.js';
import { type AuthErrorCode, errorCatalogue } from '../kernel/error-catalogue.js';
import { toProblemDetails } from './to-problem-details.js';
import { wwwAuthenticate } from './www-authenticate.js';

const codes = Object.keys(errorCatalogue) as AuthErrorCode[];

describe('toProblemDetails', () => {
  it.each(codes)('[9457-50] %s: status, title and a type of its own', (code) => {
    const problem = toProblemDetails(new AuthError(code), { instance: '/x' });
    expect(problem).toMatchObject({
      status: errorCatalogue[code].status,
      title: errorCatalogue[code].title,
      code,
      instance: '/x',
    });
    const others = codes
      .filter((other) => other !== code)
      .map((other) => toProblemDetails(new AuthError(other)).type);
    expect(others).not.toContain(problem.type);
  });

  it('[9457-51] keeps a private detail private', () => {
    const problem = toProblemDetails(new AuthError('invalid_token', { detail: 'kid abc is unknown' }));
    expect(JSON.stringify(problem)).not.toContain('abc');
  });

  it('shows a detail where the catalogue allows it', () => {
    expect(
      toProblemDetails(new AuthError('invalid_request', { detail: 'username must be a string' })).detail,
    ).toBe('username must be a string');
  });

  it('lets no extension overwrite a standard member', () => {
    const error = new AuthError('access_denied', { extensions: { status: 200, needed: ['a:b'] } });
    expect(toProblemDetails(error)).toMatchObject({ status: 403, needed: ['a:b'] });
  });
});

describe('wwwAuthenticate', () => {
  it.each(codes.filter((code) => errorCatalogue[code].status === 401))(
    '[6750-15] %s has a challenge',
    (code) => {
      const scheme = code === 'invalid_client' ? 'Basic' : 'Bearer';
      expect(wwwAuthenticate(new AuthError(code), { realm: 'api' })).toMatch(
        new RegExp(`^${scheme} realm="api"`),
      );
    },
  );

  it('[6750-15] has no error code when no credentials were sent', () => {
    expect(wwwAuthenticate(new AuthError('unauthenticated'), { realm: 'api' })).toBe('Bearer realm="api"');
  });

  it('[6750-16] names the scope that was missing', () => {
    expect(
      wwwAuthenticate(new AuthError('insufficient_scope', { scope: ['blog.read', 'blog.write'] }), {
        realm: 'api',
      }),
    ).toContain('error="insufficient_scope"');
    expect(
      wwwAuthenticate(new AuthError('insufficient_scope', { scope: ['a', 'b'] }), { realm: 'api' }),
    ).toContain('scope="a b"');
  });

  it('escapes what would end a quoted string', () => {
    expect(wwwAuthenticate(new AuthError('unauthenticated'), { realm: 'a"b\\c\n' })).toBe(
      'Bearer realm="a\\"b\\\\c"',
    );
  });
});
