import { Injectable } from '@nestjs/common';
import { AuthenticationSettings } from '../../authentication/authentication.settings.js';
import { CredentialCheckService, GivenBack } from '../../authentication/login/credential-check.service.js';
import type { CredentialRequest } from '../../authentication/requests/credentials.js';
import { type DeviceRequest, deviceOf } from '../../context/callers/origin-of.js';
import { boundedDevice } from '../../sessions/session.js';
import type { TokenResponse } from '../token-response.js';
import { LoginRequestReader } from './login-request.js';
import { LoginService } from './login.service.js';

/** `POST /auth/login`: somebody is identified by a name and a password. */
@Injectable()
export class PasswordLogin {
  constructor(
    private readonly reader: LoginRequestReader,
    private readonly credentials: CredentialCheckService,
    private readonly logins: LoginService,
    private readonly settings: AuthenticationSettings,
  ) {}

  /**
   * @throws AuthError `invalid_request`, `invalid_credentials`, `invalid_scope`, `quota_exceeded`, `session_limit_reached`,
   * `store_unavailable`
   * @throws TypeError when the authenticator answered something that is no user
   */
  async login(request: CredentialRequest & DeviceRequest, response: object): Promise<TokenResponse> {
    const { username, password, extra, ...asked } = this.reader.read(request);
    const device = deviceOf(request);
    const { ip, userAgent } = boundedDevice(device);
    const context = { clientId: asked.clientId ?? this.settings.clientId, ip, userAgent, extra };
    return new GivenBack().beside((givenBack) => {
      const identify = () => this.credentials.check({ username, password, context, device }, givenBack);
      return this.logins.complete({ request, response }, identify, asked);
    });
  }
}
