import type { ExecutionContext } from '@nestjs/common';
import { requireHttpRequest } from '../context/call.js';
import { AuthError } from '../kernel/auth-error.js';
import { peers } from '../peers/peers.js';

/** Whom a strategy let in, and nobody when it failed; what it errs with is thrown. */
export type PassportCall<User> = (context: ExecutionContext) => Promise<User | undefined>;

/**
 * A named strategy, run through @nestjs/passport; built once per guard. That leaves the user on the request and drops the
 * reason of a failure; here the user is the answer, and an error stays what it is.
 */
export function passportCall<User extends object>(strategyName: string): PassportCall<User> {
  const Guard = peers['@nestjs/passport'].AuthGuard(strategyName);
  const users = new WeakMap<ExecutionContext, User>();

  class Call extends Guard {
    override handleRequest<T>(error: unknown, user: T, _info: unknown, context: ExecutionContext): T {
      if (error) throw error instanceof Error ? error : new AuthError('invalid_token', { cause: error });
      if (user) users.set(context, user as T & User);
      return user;
    }

    /** GraphQL keeps the HTTP request in its context object. */
    override getRequest(context: ExecutionContext): unknown {
      return requireHttpRequest(context);
    }
  }

  const call = new Call();
  return async (context) => {
    await call.canActivate(context);
    return users.get(context);
  };
}
