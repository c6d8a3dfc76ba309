import { Injectable } from '@nestjs/common';
import { AuthError, storeUnavailable } from '../../kernel/auth-error.js';
import { ClientAuthenticator } from '../clients/client-authenticator.service.js';
import type { OAuthClient } from '../clients/oauth-client.js';
import { ClientScope } from '../grants/client-scope.js';
import type { OAuthRequest } from '../oauth-request.js';
import { ResourceIndicators } from '../resource-indicators.js';
import { DEVICE_CODE } from './device-authorization.settings.js';
import type { DeviceRequest } from './device-request.js';
import { WaitingDevices } from './waiting-devices.js';

/** Answer to a device (RFC 8628 §3.2). */
export interface DeviceAuthorizationAnswer {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
  /** Seconds. */
  readonly expires_in: number;
  /** Seconds. */
  readonly interval: number;
}

/** Gives a device the code that it shows, and the one that it waits with (RFC 8628 §3.1). */
@Injectable()
export class DeviceAuthorizationEndpoint {
  constructor(
    private readonly clients: ClientAuthenticator,
    private readonly devices: WaitingDevices,
    private readonly scopes: ClientScope,
    private readonly resources: ResourceIndicators,
  ) {}

  /** @throws AuthError `invalid_client`, `unauthorized_client`, `invalid_scope`, `invalid_target`, `store_unavailable` */
  async answer(request: OAuthRequest): Promise<DeviceAuthorizationAnswer> {
    const client = await this.clients.authenticate(request);
    const at = { endpoint: 'device_authorization', request };
    return this.clients.serve(client, at, () => this.begin(client, request));
  }

  private async begin(client: OAuthClient, request: OAuthRequest): Promise<DeviceAuthorizationAnswer> {
    if (!client.grants.includes(DEVICE_CODE)) throw new AuthError('unauthorized_client');
    const { ip, userAgent } = request;
    const scope = this.scopes.grantTo(client, request.read('scope').scope);
    const asked: DeviceRequest = { scope, resource: this.resources.namedBy(request), ip, userAgent };
    const begun = await this.devices.begin(client.id, asked);
    if (begun === undefined) throw storeUnavailable('no user code is free');
    const { verificationUri, ttlMs, intervalMs } = this.devices.settings;
    const complete = new URL(verificationUri);
    complete.searchParams.set('user_code', begun.shownUserCode);
    return {
      device_code: begun.deviceCode,
      user_code: begun.shownUserCode,
      verification_uri: verificationUri,
      verification_uri_complete: complete.href,
      expires_in: Math.floor(ttlMs / 1000),
      interval: Math.ceil(intervalMs / 1000),
    };
  }
}
