import { type ArgumentMetadata, type Type, ValidationPipe, type ValidationError } from '@nestjs/common';
import { AuthError } from '../kernel/auth-error.js';

/** Our bodies are flat; what is nested never reaches class-transformer, whose recursion a deep body would exhaust. */
class FlatBodyPipe extends ValidationPipe {
  override transform(body: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    return super.transform(flat(body), metadata);
  }
}

/**
 * The pipe of our own DTOs. Bound to each parameter, because a host's global pipe may validate by other means or not at
 * all; mistakes are named by field and rule, never by value. Declare the parameter as `Readonly<Dto>`: that leaves no
 * class in the metadata for a global pipe to validate first, and answer in its own way.
 */
export const requestBody = (expectedType: Type<object>): ValidationPipe =>
  new FlatBodyPipe({
    expectedType,
    transform: true,
    whitelist: true,
    stopAtFirstError: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new AuthError('invalid_request', { detail: describe(errors) }),
  });

/** An empty list stands for whatever is nested: no rule of ours accepts it. */
function flat(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  if (Array.isArray(body)) return [];
  const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, isNested(value) ? [] : value]),
  );
}

function describe(errors: readonly ValidationError[]): string {
  const rules = errors.flatMap(({ constraints = {} }) => Object.values(constraints));
  return rules.length === 0 ? 'the body is not an object with the expected members' : rules.join('; ');
}
