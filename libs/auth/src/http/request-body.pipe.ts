import { ValidationPipe, type ValidationError } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';

/**
 * The pipe of our own DTOs. Bound to each parameter, because a host's global pipe may validate by other means or not at
 * all; mistakes are named by field and rule, never by value.
 */
export const requestBody = new ValidationPipe({
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
