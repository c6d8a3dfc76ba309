import { type ExecutionContext, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Strategy } from 'passport-jwt';
import type { Principal } from '../kernel/principal.js';
import { TokenService } from '../tokens/token.service.js';
import { bearerTokenOf, type CredentialRequest } from './requests/credentials.js';
import { type PassportCall, passportCall } from './passport-call.js';
import {
  type PassportProtocol,
  registeredStrategy,
  registerStrategy,
  uniqueStrategyName,
  unregisterStrategy,
} from './passport-protocol.js';

const PassportJwt = Strategy as unknown as new (options: object, verify: () => void) => object;

/**
 * passport-jwt with our verification: {@link TokenService.verify} decides, so that the guard, introspection and
 * programmatic use can't differ; passport-jwt's own check (one algorithm list for all keys, no revocation) is never reached.
 */
@Injectable()
export class JwtStrategy extends PassportJwt implements OnApplicationShutdown {
  /** Unique per module instance. */
  readonly name = uniqueStrategyName('jwt');

  /** @internal */
  constructor(private readonly tokens: TokenService) {
    super({ jwtFromRequest: bearerTokenOf, secretOrKeyProvider: refuseKey }, () => {});
    registerStrategy(this.name, this);
  }

  onApplicationShutdown(): void {
    unregisterStrategy(this.name);
  }

  /**
   * Passport's entry: succeeds with the {@link Principal}, fails without credentials, errs with the `AuthError`.
   * @internal
   */
  authenticate(this: JwtStrategy & PassportProtocol, request: CredentialRequest): void {
    this.principalOf(request).then(
      (principal) => (principal === undefined ? this.fail() : this.success(principal)),
      (error: unknown) => this.error(error),
    );
  }

  /** What {@link authenticate} succeeds with. @internal */
  verify(token: string): Principal | Promise<Principal> {
    return this.tokens.verify(token);
  }

  private async principalOf(request: CredentialRequest): Promise<Principal | undefined> {
    const token = bearerTokenOf(request);
    return token === undefined ? undefined : this.verify(token);
  }
}

const { authenticate: ours } = JwtStrategy.prototype;

/** The principal of a token in a call's request, as the strategy says; `undefined` when it fails. */
export type StrategyCall = (
  context: ExecutionContext,
  token: string,
) => Principal | undefined | Promise<Principal | undefined>;

/**
 * Asks a strategy for a principal. Passport in between costs more than the signature, so it is spared unless it would run
 * something else than ours: a subclass, a stand-in of a test, another strategy by that name.
 */
export function strategyCall(strategy: JwtStrategy): StrategyCall {
  let passport: PassportCall<Principal> | undefined;
  return (context, token) => {
    if (strategy.authenticate === ours && registeredStrategy(strategy.name) === strategy)
      return strategy.verify(token);
    passport ??= passportCall(strategy.name);
    return passport(context);
  };
}

function refuseKey(_request: unknown, _token: unknown, done: (error: Error) => void): void {
  done(new Error('passport-jwt is not asked for keys'));
}
