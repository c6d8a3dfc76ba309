import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Strategy } from 'passport-jwt';
import type { Principal } from '../kernel/principal.js';
import { TokenService } from '../tokens/token.service.js';
import { bearerTokenOf, type CredentialRequest } from './requests/credentials.js';
import {
  type PassportProtocol,
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

  private async principalOf(request: CredentialRequest): Promise<Principal | undefined> {
    const token = bearerTokenOf(request);
    return token === undefined ? undefined : this.tokens.verify(token);
  }
}

function refuseKey(_request: unknown, _token: unknown, done: (error: Error) => void): void {
  done(new Error('passport-jwt is not asked for keys'));
}
