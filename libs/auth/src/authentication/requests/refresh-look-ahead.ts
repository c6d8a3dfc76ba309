import { type ExecutionContext, Injectable } from '@nestjs/common';
import { httpRequestOf, PerRoute } from '../../context/call.js';
import { nestMetadata } from '../../context/nest-internals.js';
import { RefreshTokenService } from '../../sessions/refresh-token.service.js';
import { LookAhead } from '../../throttler/look-ahead.js';
import { AuthenticationSettings } from '../authentication.settings.js';
import { RefreshGuard } from '../refresh.guard.js';
import { refreshTokensOf } from '../refresh.strategy.js';
import type { CredentialRequest } from './credentials.js';
import { parametersOf } from './request-parameters.js';

/** Reads the session of the refresh token that a call shows: a round trip less for each refresh. */
@Injectable()
export class RefreshLookAhead extends LookAhead {
  private readonly refreshes = new PerRoute((controller, handler) => ({
    isOne: [controller, handler].some((place) => guardsOf(place).includes(RefreshGuard)),
  }));

  constructor(
    private readonly settings: AuthenticationSettings,
    private readonly sessions: RefreshTokenService,
  ) {
    super();
  }

  override beside(decision: Promise<unknown>, context: ExecutionContext): void {
    let isDecided = false;
    const decided = (): void => void (isDecided = true);
    decision.then(decided, decided);
    queueMicrotask(() => {
      if (!isDecided) this.begin(context);
    });
  }

  /** Whatever is wrong comes up again where the token is needed. */
  private begin(context: ExecutionContext): void {
    const request = httpRequestOf<CredentialRequest>(context);
    if (request === undefined || !this.refreshes.of(context).isOne) return;
    const [only, ...others] = this.shownBy(request);
    if (only !== undefined && others.length === 0) this.sessions.lookAhead(request, only);
  }

  private shownBy(request: CredentialRequest): readonly string[] {
    const { refreshTokenField } = this.settings;
    try {
      const { [refreshTokenField]: inBody } = parametersOf(request, [refreshTokenField]);
      const { shown, inCookies } = refreshTokensOf(request, this.settings, inBody);
      return [...shown, ...inCookies];
    } catch {
      // Told where it counts, after the limits.
      return [];
    }
  }
}

function guardsOf(place: object): readonly unknown[] {
  return (Reflect.getMetadata(nestMetadata.guards, place) ?? []) as unknown[];
}
