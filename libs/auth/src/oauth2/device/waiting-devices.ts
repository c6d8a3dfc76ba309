import { Injectable } from '@nestjs/common';
import { DeviceAuthorizationStore } from '../../device-authorizations/device-authorization.store.js';
import {
  createDeviceCode,
  createUserCode,
  readDeviceCode,
  readUserCode,
  shownUserCode,
} from '../../device-authorizations/device-codes.js';
import { AuthError } from '../../kernel/auth-error.js';
import { isAddress } from '../../context/callers/client-address.js';
import { CredentialThrottle } from '../../throttler/credentials/credential-throttle.service.js';
import { DeviceAuthorizationSettings } from './device-authorization.settings.js';
import type { DeviceRequest } from './device-request.js';

const MOST_TRIES = 5;

/** The devices that wait for somebody to agree (RFC 8628), and guesses at what they show. */
@Injectable()
export class WaitingDevices {
  constructor(
    private readonly store: DeviceAuthorizationStore,
    private readonly throttle: CredentialThrottle,
    readonly settings: DeviceAuthorizationSettings,
  ) {}

  /** The two codes of a new device; `undefined` when chance found no user code that is free. */
  async begin(
    clientId: string,
    asked: DeviceRequest,
  ): Promise<{ readonly deviceCode: string; readonly shownUserCode: string } | undefined> {
    const { ttlMs, intervalMs } = this.settings;
    const content = { clientId, request: JSON.stringify(asked), intervalMs };
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      const userCode = createUserCode();
      const deviceCode = createDeviceCode(userCode);
      const codes = readDeviceCode(deviceCode);
      if (codes !== undefined && (await this.store.begin(codes, content, ttlMs)) === 'begun')
        return { deviceCode, shownUserCode: shownUserCode(userCode) };
    }
    return undefined;
  }

  /**
   * What is asked for under a user code as somebody typed it.
   * @param ip where the guess came from: the budgets of failed logins hold for it (§5.1)
   * @throws AuthError `invalid_request` where nothing waits, `quota_exceeded`, `store_unavailable`
   */
  async find(typed: string, ip: string | undefined): Promise<{ clientId: string; asked: DeviceRequest }> {
    return this.guess(typed, ip, async (userCode) => {
      const found = await this.store.find(userCode);
      if (found.verdict === 'unknown') return undefined;
      const { clientId, request } = found.content;
      return { clientId, asked: JSON.parse(request) as DeviceRequest };
    });
  }

  /** Agrees. @throws AuthError as {@link find} */
  async approve(typed: string, ip: string | undefined, approval: string): Promise<void> {
    await this.guess(typed, ip, async (userCode) =>
      (await this.store.approve(userCode, approval)) === 'approved' ? userCode : undefined,
    );
  }

  /** Refuses. @throws AuthError as {@link find} */
  async deny(typed: string, ip: string | undefined): Promise<void> {
    await this.guess(typed, ip, async (userCode) =>
      (await this.store.deny(userCode)) === 'denied' ? userCode : undefined,
    );
  }

  private async guess<T>(
    typed: string,
    ip: string | undefined,
    look: (userCode: string) => Promise<T | undefined>,
  ): Promise<T> {
    const userCode = readUserCode(typed);
    // No code looks like that, so nothing can be found out by it.
    if (userCode === undefined) throw nothingWaits();
    const attempt = await this.throttle.begin(budgetOf(userCode, ip), ip);
    try {
      const found = await look(userCode);
      await (found === undefined ? attempt.failed() : attempt.succeeded());
      if (found === undefined) throw nothingWaits();
      return found;
    } finally {
      await attempt.abandoned();
    }
  }
}

/** Guesses are limited by where they come from. Where nobody can tell that, they count together: otherwise nothing would limit them. */
function budgetOf(userCode: string, ip: string | undefined): string {
  return isAddress(ip) ? `user-code:${userCode}` : 'user-code';
}

function nothingWaits(): AuthError {
  return new AuthError('invalid_request', { detail: 'no device waits with this code (any more)' });
}
