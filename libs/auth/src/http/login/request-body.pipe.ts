import { type Type, ValidationPipe, type ValidationError } from '@nestjs/common';
import { AuthError } from '../../kernel/auth-error.js';

/**
 * Validates parameters by the class-validator rules of a class. Ours, and asked by our own code, because a host's global
 * pipe may validate by other means or not at all; mistakes are named by member and rule, never by value. It gets the
 * parameters that were asked for and never a body, since class-transformer walks whatever it is given, at quadratic cost.
 */
export const requestBodyPipe = (expectedType: Type<object>): ValidationPipe =>
  new ValidationPipe({
    expectedType,
    transform: true,
    whitelist: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new AuthError('invalid_request', { detail: describe(errors) }),
  });

function describe(errors: readonly ValidationError[]): string {
  const rules = errors.flatMap(({ constraints = {} }) => Object.values(constraints));
  return rules.length === 0 ? 'the body is not an object with the expected members' : rules.join('; ');
}
