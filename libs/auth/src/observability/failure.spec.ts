import { ConflictException } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';
import { failureOf } from './failure.js';

describe('what went wrong, for metrics', () => {
  it.each([
    [new AuthError('invalid_grant'), 'refused', 'invalid_grant'],
    [new AuthError('store_unavailable'), 'failed', 'store_unavailable'],
    [new ConflictException('what ada typed'), 'refused', '409'],
    [{ status: 502 }, 'failed', '502'],
    [{ status: 'what ada typed' }, 'failed', '_OTHER'],
    [{ status: 31_415 }, 'failed', '_OTHER'],
    [new TypeError('what ada typed'), 'failed', '_OTHER'],
    [undefined, 'failed', '_OTHER'],
  ])('%p is %s: %s', (error, outcome, type) => expect(failureOf(error)).toEqual({ outcome, type }));
});
