import { Injectable } from '@nestjs/common';
import { type AuthError, DeviceAuthorizationService } from 'nestjs-gatehouse';
import type { BrowserLogin } from '../database/schema.js';
import type { HttpRequest } from '../pages/browser.js';
import { AppUserAuthenticator } from '../users/app-user-authenticator.js';

/** What Gatehouse is asked and told about devices that wait. */
@Injectable()
export class DeviceAnswers {
  constructor(
    private readonly devices: DeviceAuthorizationService,
    private readonly users: AppUserAuthenticator,
  ) {}

  /** What waits with a code, if anything does. @throws AuthError `quota_exceeded`, `store_unavailable` */
  async find(userCode: string, http: HttpRequest) {
    try {
      return await this.devices.read(userCode, http);
    } catch (error) {
      // Asked by what it has: of two copies of a package there are two classes of one name.
      if ((error as Partial<AuthError>).code === 'invalid_request') return undefined;
      throw error;
    }
  }

  /** @throws AuthError `invalid_request` when nothing waits (any more), `quota_exceeded`, `store_unavailable` */
  async answer(
    userCode: string,
    http: HttpRequest,
    { username, loggedInAt }: BrowserLogin,
    isAllowed: boolean,
  ): Promise<void> {
    if (!isAllowed) return this.devices.deny(userCode, http);
    await this.devices.approve(userCode, http, {
      user: () => this.users.reload(username),
      authenticatedAt: loggedInAt.getTime(),
      amr: ['pwd'],
    });
  }
}
