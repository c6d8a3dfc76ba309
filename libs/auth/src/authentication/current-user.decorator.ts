import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { principalOf } from '../context/principal-accessor.js';
import type { Principal } from '../kernel/principal.js';

/**
 * The authenticated {@link Principal} of the call, or one member of it; `undefined` for anonymous callers.
 * @example
 * ```ts
 * @Get('me')
 * me(@CurrentUser() user: Principal, @CurrentUser('subject') id: string) {}
 * ```
 */
export const CurrentUser = createParamDecorator(
  (member: keyof Principal | undefined, context: ExecutionContext): unknown => {
    const principal = principalOf(context);
    return member === undefined ? principal : principal?.[member];
  },
);
