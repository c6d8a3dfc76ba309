import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { carrierOf } from '../context/principal-accessor.js';
import { AuthError } from '../kernel/auth-error.js';

/** What a strategy answered: a user (and info) or nothing; errors were thrown. */
export interface PassportAnswer<User, Info = unknown> {
  readonly user: User | undefined;
  readonly info: Info | undefined;
}

/** Runs a named strategy through @nestjs/passport and hands back what it said, reasons included. */
export type PassportCall<User, Info = unknown> = (
  context: ExecutionContext,
) => Promise<PassportAnswer<User, Info>>;

/** Builds the call once per guard. @nestjs/passport drops the reason of a failure; here an error stays what it is. */
export function passportCall<User extends object, Info = unknown>(
  strategyName: string,
): PassportCall<User, Info> {
  const Guard = AuthGuard(strategyName);
  const answers = new WeakMap<ExecutionContext, PassportAnswer<User, Info>>();

  class Call extends Guard {
    override handleRequest<T>(error: unknown, user: T, info: unknown, context: ExecutionContext): T {
      if (error) throw error instanceof Error ? error : new AuthError('invalid_token', { cause: error });
      answers.set(context, { user: (user || undefined) as User | undefined, info: info as Info | undefined });
      return user;
    }

    /** GraphQL keeps the HTTP request in its context object. */
    override getRequest(context: ExecutionContext): unknown {
      return requestOf(context);
    }
  }

  const call = new Call();
  return async (context) => {
    await call.canActivate(context);
    return answers.get(context) ?? { user: undefined, info: undefined };
  };
}

/** The request that carries the credentials of a call: HTTP directly, GraphQL through its context object. */
export function requestOf<T extends object>(context: ExecutionContext): T {
  const request = carrierOf(context);
  if (request === undefined)
    throw new AuthError('unauthenticated', { detail: 'the context holds no request' });
  return request as T;
}
