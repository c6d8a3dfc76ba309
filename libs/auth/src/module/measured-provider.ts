import type { FactoryProvider, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AccessTokenVerifier } from '../access-tokens/access-token-verifier.js';
import { GatehouseHealth } from '../health/gatehouse-health.service.js';
import { AuthEvents } from '../kernel/auth-events.js';
import { Clock } from '../kernel/clock.js';
import { MEASURED } from '../configuration/measured.js';
import { KeyRing } from '../keys/key-ring.js';
import { Grants } from '../oauth2/grants/grants.js';
import type { OAuthRequest } from '../oauth2/oauth-request.js';
import { TokenEndpoint } from '../oauth2/token.endpoint.js';
import { failureOf } from '../observability/failure.js';
import type { Measured, MeasuredAuth } from '../observability/measured.js';
import { RefreshTokenService } from '../sessions/refresh-token.service.js';
import { StoreMedium } from '../stores/store-medium.js';
import { WindowStores } from '../throttler/window-stores.js';
import { TokenBlacklistService } from '../token-blacklist/token-blacklist.service.js';
import { TokenBlacklistStore } from '../token-blacklist/token-blacklist.store.js';
import { AccessTokenCheck } from '../tokens/access-token-check.js';
import { TokenService } from '../tokens/token.service.js';

/** Private constructors included. */
type Token<T> = { readonly prototype: T };

/** What telemetry and health indicators find, where somebody imports them; until then nobody looks for anything. */
export const measuredProvider: FactoryProvider<Measured> = {
  provide: MEASURED,
  inject: [ModuleRef],
  useFactory: (module: ModuleRef) => {
    const get = <T>(token: Token<T>): T => module.get(token as Type<T>, { strict: true });
    return { windows: () => get(WindowStores), auth: () => measuredAuth(get) };
  },
};

function measuredAuth(get: <T>(token: Token<T>) => T): MeasuredAuth {
  return {
    events: get(AuthEvents),
    tokens: get(TokenService),
    check: get(AccessTokenCheck),
    verifier: get(AccessTokenVerifier),
    revocations: get(TokenBlacklistStore),
    blacklist: get(TokenBlacklistService),
    sessions: get(RefreshTokenService),
    health: get(GatehouseHealth),
    redis: get(StoreMedium).redis,
    tokenEndpoint: unlessMissing(() => get(TokenEndpoint)),
    grantTypeOf: (request) => knownGrant(() => get(Grants), request),
    keyAgeMs: () => keyAgeMs(get(KeyRing), get(Clock)),
    failureOf,
  };
}

function knownGrant(grants: () => Grants, request: OAuthRequest): string | undefined {
  // What makes no sense the endpoint refuses in its turn.
  return unlessMissing(() => grants().find(request.require('grant_type'))?.type);
}

function unlessMissing<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

function keyAgeMs(keys: KeyRing, clock: Clock): number | undefined {
  const since = keys.signingSince;
  return since === undefined || since === 0 ? undefined : Math.max(0, clock.now() - since);
}
