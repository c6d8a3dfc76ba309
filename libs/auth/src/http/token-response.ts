import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import { Clock } from '../kernel/clock.js';
import { formatScope } from '../kernel/scope.js';
import type { TokenGrant } from '../tokens/token-grant.js';

/** Successful answer of login and refresh (RFC 6749 §5.1). */
export interface TokenResponse {
  readonly access_token: string;
  /** Absent when it travels in a cookie instead. */
  readonly refresh_token?: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly scope?: string;
}

/** Writes token pairs: body and headers of RFC 6749 §5.1, and the refresh cookie where that is switched on. */
@Injectable()
export class TokenResponder {
  constructor(
    private readonly adapterHost: HttpAdapterHost,
    private readonly settings: AuthenticationSettings,
    private readonly clock: Clock,
  ) {}

  /** The body of the answer; headers are set on the response. */
  write(request: unknown, response: unknown, grant: TokenGrant): TokenResponse {
    this.setHeader(response, 'Cache-Control', 'no-store');
    this.setHeader(response, 'Pragma', 'no-cache');
    const { scope } = grant.principal;
    const inCookie = this.settings.refreshCookie !== undefined;
    if (inCookie)
      this.setCookie(request, response, grant.refreshToken, grant.refreshExpiresAt - this.clock.now());
    return {
      access_token: grant.accessToken,
      ...(!inCookie && { refresh_token: grant.refreshToken }),
      token_type: 'Bearer',
      expires_in: grant.expiresInSeconds,
      ...(scope !== undefined && { scope: formatScope(scope) }),
    };
  }

  /** Clears the refresh cookie, after a logout and never after a lost race. */
  clear(request: unknown, response: unknown): void {
    if (this.settings.refreshCookie !== undefined) this.setCookie(request, response, '', 0);
  }

  private setCookie(request: unknown, response: unknown, value: string, maxAgeMs: number): void {
    const { name, sameSite, path = this.folderOf(request) } = this.settings.refreshCookie ?? {};
    const maxAge = Math.max(0, Math.floor(maxAgeMs / 1000));
    const attributes = `Max-Age=${maxAge}; Path=${path}; HttpOnly; Secure; SameSite=${sameSite}`;
    this.adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', `${name}=${value}; ${attributes}`);
  }

  /** The folder of the endpoint: login, refresh and logout share it, and nothing else needs the cookie. */
  private folderOf(request: unknown): string {
    const url = String(this.adapterHost.httpAdapter.getRequestUrl(request)).split('?', 1)[0] ?? '/';
    // Express serves `/auth/login/` as well; and what follows a `;` would be an attribute of the sender's choice.
    const path = url.replace(/\/$/, '').replaceAll(';', '%3B');
    return path.slice(0, Math.max(1, path.lastIndexOf('/')));
  }

  private setHeader(response: unknown, name: string, value: string): void {
    this.adapterHost.httpAdapter.setHeader(response, name, value);
  }
}
