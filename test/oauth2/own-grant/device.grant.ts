import { Injectable } from '@nestjs/common';
import {
  AuthError,
  type AuthenticatedUser,
  ClientLoginService,
  Grant,
  type IssuedTokens,
  type OAuthClient,
  type OAuthRequest,
} from 'nestjs-gatehouse';

interface DeviceCode {
  readonly clientId: string;
  readonly scope: readonly string[];
  /** Who agreed to it, on a device with a keyboard; `undefined`: nobody yet. */
  readonly user: AuthenticatedUser | undefined;
}

/** Codes that devices show. A real one keeps them for all instances, and lets none live long. */
@Injectable()
export class DeviceCodes {
  readonly byText = new Map<string, DeviceCode>();

  /** The code, which works once; at most one of any number of simultaneous calls gets it. */
  redeem(text: string, clientId: string): DeviceCode | 'pending' | undefined {
    const code = this.byText.get(text);
    if (code?.clientId !== clientId) return undefined;
    if (code.user === undefined) return 'pending';
    this.byText.delete(text);
    return code;
  }
}

/** A television asks for tokens until its owner has agreed elsewhere (in the manner of RFC 8628). */
@Injectable()
export class DeviceGrant extends Grant {
  readonly type = 'urn:ietf:params:oauth:grant-type:device_code';

  constructor(
    private readonly codes: DeviceCodes,
    private readonly logins: ClientLoginService,
  ) {
    super();
  }

  async issue(client: OAuthClient, request: OAuthRequest): Promise<IssuedTokens> {
    const code = this.codes.redeem(request.require('device_code'), client.id);
    if (code === undefined) throw new AuthError('invalid_grant', { detail: 'there is no such code' });
    if (code === 'pending') throw new AuthError('invalid_grant', { oauthError: 'authorization_pending' });
    return this.logins.complete(client, request, async () => code.user, { scope: code.scope });
  }
}
