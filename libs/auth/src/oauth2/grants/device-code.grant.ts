import { Injectable } from '@nestjs/common';
import {
  DeviceAuthorizationStore,
  type DeviceCodes,
  type PollVerdict,
} from '../../device-authorizations/device-authorization.store.js';
import { readDeviceCode } from '../../device-authorizations/device-codes.js';
import { AuthError } from '../../kernel/auth-error.js';
import { createSessionId } from '../../subjects/subject-keys.js';
import type { TokenPair } from '../../tokens/token-pair.js';
import { TokenService } from '../../tokens/token.service.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { DEVICE_CODE } from '../device/device-authorization.settings.js';
import type { StoredApproval } from '../device/device-authorization.service.js';
import type { OAuthRequest } from '../oauth-request.js';
import { ResourceIndicators } from '../resource-indicators.js';
import { Grant, type IssuedTokens } from './grant.js';
import { boundAs, issuedFor } from './issued-for.js';

/** What a device asks for, besides the code. */
interface Asked {
  readonly client: OAuthClient;
  readonly request: OAuthRequest;
  readonly resource: string | undefined;
}

/** A device asks until its user has answered elsewhere (RFC 8628 §3.4). */
@Injectable()
export class DeviceCodeGrant extends Grant {
  readonly type = DEVICE_CODE;

  constructor(
    private readonly store: DeviceAuthorizationStore,
    private readonly tokens: TokenService,
    private readonly resources: ResourceIndicators,
  ) {
    super();
  }

  async issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens> {
    const codes = readDeviceCode(request.require('device_code'));
    const resource = this.resources.namedBy(request);
    if (codes === undefined) throw refusalOf('unknown');
    const polled = await this.store.poll(codes, client.id);
    if (polled.verdict !== 'approved') throw refusalOf(polled.verdict);
    const approval = JSON.parse(polled.approval) as StoredApproval;
    return issuedFor(client, await this.open(codes, approval, { client, request, resource }));
  }

  private open(
    codes: DeviceCodes,
    { login, revocations }: StoredApproval,
    { client, request, resource }: Asked,
  ): Promise<TokenPair> {
    if (resource !== undefined && login.resource !== undefined && login.resource !== resource)
      throw new AuthError('invalid_target', { detail: 'the device asked for another resource' });
    const own = { accessTokenTtlMs: client.accessTokenTtlMs, device: request.device };
    return this.tokens.openNamed({
      sessionId: createSessionId(login.subject),
      login: { ...login, ...own, ...boundAs(client, request) },
      revocations,
      // What was taken from the client since the user agreed is in no token.
      allowedScope: client.scope,
      resource,
      use: () => this.redeem(codes),
    });
  }

  private async redeem(codes: DeviceCodes): Promise<void> {
    if ((await this.store.redeem(codes)) !== 'redeemed') throw refusalOf('unknown');
  }
}

function refusalOf(verdict: Exclude<PollVerdict['verdict'], 'approved'>): AuthError {
  if (verdict === 'pending') return new AuthError('authorization_pending');
  if (verdict === 'slow_down') return new AuthError('slow_down');
  if (verdict === 'expired') return new AuthError('expired_token');
  // §3.5 has this as 400, as all errors of the token endpoint; the code of the catalogue is for what a guard refuses.
  if (verdict === 'denied') return new AuthError('invalid_grant', { oauthError: 'access_denied' });
  return new AuthError('invalid_grant', { detail: 'there is no such device code, or it was used before' });
}
