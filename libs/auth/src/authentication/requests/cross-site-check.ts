import { Injectable } from '@nestjs/common';
import { AccessTokensSettings } from '../../access-tokens/access-tokens.settings.js';
import { AuthError } from '../../kernel/auth-error.js';
import { AuthenticationSettings } from '../authentication.settings.js';
import type { CredentialRequest } from './credentials.js';

/** What tells where a request comes from; true of Express and Fastify alike. */
export interface BrowserRequest extends CredentialRequest {
  readonly protocol?: string;
}

/** One that tells its method as well. */
export interface MethodRequest extends BrowserRequest {
  readonly method: string;
}

const SAFE_METHODS: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request changes nothing, going by its method (RFC 9110 §9.2.1). */
export function isSafe({ method }: Pick<CredentialRequest, 'method'>): boolean {
  return SAFE_METHODS.has(method);
}

/**
 * Refuses what another site makes a browser send. Only cookies and certificates travel by themselves: where none decides
 * nobody asks. Browsers say where a request comes from and let no page write these headers; other clients send neither, and pass.
 */
@Injectable()
export class CrossSiteCheck {
  private readonly allowed: ReadonlySet<string>;
  private readonly issuer: string | undefined;
  private readonly isCookieMode: boolean;

  constructor(
    { allowedOrigins, refreshCookie, accessCookie, fingerprintCookie }: AuthenticationSettings,
    { issuer }: AccessTokensSettings,
  ) {
    this.allowed = new Set(allowedOrigins);
    // A login at somebody else's bidding would replace a fingerprint, and so end the use of the tokens bound to it.
    this.isCookieMode = [refreshCookie, accessCookie, fingerprintCookie].some(
      (cookie) => cookie !== undefined,
    );
    this.issuer = URL.canParse(issuer) ? new URL(issuer).origin : undefined;
  }

  /**
   * Refuses a request that would change something, where a cookie decides for whom.
   * @param fromOrigin of another site that may send this one
   * @throws AuthError `cross_site_request`
   */
  refuseChange(request: MethodRequest, fromOrigin?: string): void {
    if (!this.isCookieMode || isSafe(request)) return;
    if (fromOrigin === undefined || request.headers['origin'] !== fromOrigin) this.refuse(request);
  }

  /** @throws AuthError `cross_site_request` */
  refuse(request: BrowserRequest): void {
    if (!this.isOurs(request)) throw new AuthError('cross_site_request');
  }

  private isOurs(request: BrowserRequest): boolean {
    const site = request.headers['sec-fetch-site'] || undefined;
    const origin = request.headers['origin'] || undefined;
    if (site === 'same-origin' || site === 'none') return true;
    if (site === undefined && origin === undefined) return true;
    if (typeof origin !== 'string') return false;
    if (this.allowed.has(origin)) return true;
    // A neighbour domain is as foreign as any other, and what isn't understood is as well.
    if (site !== undefined && site !== 'same-site') return false;
    if (this.allowed.size === 0 && origin === this.issuer) return true;
    return site === undefined && isOwnOrigin(origin, request);
  }
}

/** Whether a page of this very host sent it. Behind a proxy that ends TLS the scheme isn't known for sure. */
function isOwnOrigin(origin: string, { headers, protocol }: BrowserRequest): boolean {
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) return false;
  const from = new URL(origin);
  const host = String(headers['host'] ?? headers[':authority'] ?? '').toLowerCase();
  if (protocol === 'https' && from.protocol !== 'https:') return false;
  return host !== '' && [from.host, `${from.host}:${from.protocol === 'https:' ? 443 : 80}`].includes(host);
}
