import { HttpException } from '@nestjs/common';
import { AuthError, isAuthError, isNestException, statusOf, storeUnavailable } from './auth-error.js';
import { type AuthErrorCode, errorCatalogue } from './error-catalogue.js';

const codes = Object.keys(errorCatalogue) as AuthErrorCode[];

/** The class of a second copy of the package. */
function copy(): typeof AuthError {
  let Copy = AuthError;
  jest.isolateModules(() => {
    Copy = (jest.requireActual('./auth-error.js') as { AuthError: typeof AuthError }).AuthError;
  });
  return Copy;
}

describe('[10-16] AuthError', () => {
  it.each(codes)('%s is an HttpException with its status and a public body', (code) => {
    const error = new AuthError(code, { detail: 'private', extensions: { limit: 'burst' } });
    const { status, title, showsDetail } = error.entry;
    expect(error).toBeInstanceOf(HttpException);
    expect([error.getStatus(), error.statusCode]).toEqual([status, status]);
    const message = showsDetail === true ? 'private' : title;
    expect(error.getResponse()).toEqual({ statusCode: status, code, message, limit: 'burst' });
    expect([error.message, error.reason, error.name]).toEqual([message, 'private', 'AuthError']);
  });

  it('says why for logs, keeps its cause, and has a reason without a detail', () => {
    const cause = new Error('ECONNREFUSED');
    expect(storeUnavailable('Redis is away', { cause })).toMatchObject({
      cause,
      reason: 'Redis is away',
      occurrence: { retryAfterSeconds: 1 },
    });
    expect(new AuthError('access_denied').reason).toBe('Access is denied');
  });

  it('is known to another copy of the package, by function, by instanceof and by @Catch', () => {
    const Copy = copy();
    expect(Copy).not.toBe(AuthError);
    const foreign: unknown = new Copy('invalid_token', { detail: 'x' });
    expect([isAuthError(foreign), foreign instanceof AuthError]).toEqual([true, true]);
    expect(new AuthError('invalid_token') instanceof Copy).toBe(true);
  });

  it('is not taken for what it is not', () => {
    class Special extends AuthError {}
    expect(new Special('access_denied')).toBeInstanceOf(AuthError);
    expect(new AuthError('access_denied') instanceof Special).toBe(false);
    for (const other of [null, undefined, 'x', {}, new Error('x'), new HttpException('x', 401)])
      expect([isAuthError(other), other instanceof AuthError]).toEqual([false, false]);
  });

  it.each<[string, unknown, boolean, unknown]>([
    ['Nest', new HttpException('x', 402), true, 402],
    ['another copy of Nest', { getStatus: () => 402, getResponse: () => 'x' }, true, 402],
    ['ours', new AuthError('access_denied'), true, 403],
    ['ours of another copy', new (copy())('access_denied'), true, 403],
    ['an http-error', Object.assign(new Error('x'), { status: 402, statusCode: 402 }), false, 402],
    ['a response of its own', { getStatus: () => 200, status: 402 }, false, 402],
    ['no error', undefined, false, undefined],
    ['nothing', null, false, undefined],
    ['text', 'x', false, undefined],
  ])('tells an exception of Nest by its shape, and finds the status: %s', (_name, error, isNest, status) => {
    expect([isNestException(error), statusOf(error)]).toEqual([isNest, status]);
  });
});
