import { createParamDecorator, type ExecutionContext, type PipeTransform, type Type } from '@nestjs/common';
import { principalOf } from '../context/call.js';
import type { Principal } from '../kernel/principal.js';

// Stated, because what TypeScript works out names a type that Nest 11 doesn't have.
type CurrentUserDecorator = (
  ...memberOrPipes: (keyof Principal | PipeTransform | Type<PipeTransform> | undefined)[]
) => ParameterDecorator;

/**
 * The authenticated {@link Principal} of the call, or one member of it; `undefined` for anonymous callers.
 * @example
 * ```ts
 * @Get('me')
 * me(@CurrentUser() user: Principal, @CurrentUser('subject') id: string) {}
 * ```
 */
export const CurrentUser: CurrentUserDecorator = createParamDecorator(
  (member: keyof Principal | undefined, context: ExecutionContext): unknown => {
    const principal = principalOf(context);
    return member === undefined ? principal : principal?.[member];
  },
);
