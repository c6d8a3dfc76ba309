import { Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthenticationSettings } from '../authentication/authentication.settings.js';
import type { CredentialRequest } from '../authentication/requests/credentials.js';
import { cookiesOf } from '../authentication/requests/request-cookies.js';
import type { HttpResponse } from '../context/call.js';
import { Clock } from '../kernel/clock.js';
import { formatScope } from '../kernel/scope.js';
import type { TokenPair } from '../tokens/token-pair.js';
import { EndpointFolder } from './endpoint-folder.js';
import type { CookieSettings } from '../authentication/cookies.settings.js';
import { clearedCookies, clearedStrayCookies, clearedTwins, tokenCookie } from './token-cookie.js';

const ROOT = '/';
const LONGEST_COOKIE = 4096;

/** What is known of an answer besides the tokens. */
interface AnswerDetails {
  readonly isElsewhere?: boolean | undefined;
  readonly fingerprint?: string | undefined;
}

/** Whether tokens are for the holder of a key. */
function isKeyed({ principal }: TokenPair): boolean {
  const { cnf } = principal.claims as { readonly cnf?: { readonly jkt?: unknown } };
  return cnf?.jkt !== undefined;
}

/** Successful answer of login and refresh (RFC 6749 §5.1). */
export interface TokenResponse {
  /** Absent when it travels in a cookie instead, as below. */
  readonly access_token?: string;
  /** Absent when it travels in a cookie instead. */
  readonly refresh_token?: string;
  /** `DPoP` where a proof came along: the tokens are for the holder of its key. */
  readonly token_type: 'Bearer' | 'DPoP';
  /** Seconds. */
  readonly expires_in: number;
  readonly scope?: string;
}

/** Writes token pairs: body and headers of RFC 6749 §5.1, and the cookies that are switched on. */
@Injectable()
export class TokenResponder {
  private readonly logger = new Logger('Gatehouse');

  /** Those that have cookies of ours. */
  private readonly answered = new WeakSet<object>();

  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #adapterHost: HttpAdapterHost;

  constructor(
    adapterHost: HttpAdapterHost,
    private readonly settings: AuthenticationSettings,
    private readonly clock: Clock,
    private readonly endpoints: EndpointFolder,
  ) {
    this.#adapterHost = adapterHost;
  }

  /**
   * The body of the answer; headers are set on the response.
   * @param about `isElsewhere`: whether the request is to an endpoint of the host, which tells nothing of where ours are;
   * `fingerprint`: of the cookie that the tokens are bound to. @default that of the request
   */
  write(
    request: CredentialRequest,
    response: object,
    pair: TokenPair,
    about: AnswerDetails = {},
  ): TokenResponse {
    // RFC 6749 §5.1; on answers of our endpoints `Cache-Control` is already.
    this.#adapterHost.httpAdapter.setHeader(response, 'Cache-Control', 'no-store');
    this.#adapterHost.httpAdapter.setHeader(response, 'Pragma', 'no-cache');
    const { scope } = pair.principal;
    const inCookie = this.settings.refreshCookie !== undefined;
    const isAccessInCookie = this.settings.accessCookie !== undefined;
    const { fingerprintCookie } = this.settings;
    const setsCookies = inCookie || isAccessInCookie || fingerprintCookie !== undefined;
    if (setsCookies) this.answered.add(response);
    const mounted = about.isElsewhere === true ? this.endpoints.mounted() : undefined;
    if (inCookie) this.setCookie(response, pair, { request, folder: mounted ?? this.folderOf(request) });
    if (isAccessInCookie) this.setAccessCookie(request, response, pair);
    if (fingerprintCookie !== undefined) this.setFingerprint(request, response, pair, about.fingerprint);
    return {
      ...pair.answer,
      ...(!isAccessInCookie && { access_token: pair.accessToken }),
      ...(!inCookie && { refresh_token: pair.refreshToken }),
      token_type: isKeyed(pair) ? 'DPoP' : 'Bearer',
      expires_in: pair.expiresInSeconds,
      ...(scope !== undefined && { scope: formatScope(scope) }),
    };
  }

  /**
   * Refuses a response that takes no tokens any more. Of two cookies of one name browsers keep the last, and nobody would
   * have the token in the first. @throws TypeError
   */
  refuseUsed(response: Partial<HttpResponse>, method: string): void {
    if (response.headersSent === true || response.sent === true)
      throw new TypeError(`${method}: the response has been sent already`);
    if (this.answered.has(response))
      throw new TypeError(`${method}: the response has the cookies of a login already`);
  }

  /** Clears the cookies, after a logout and never after a lost race. */
  clear(request: unknown, response: unknown): void {
    const { refreshCookie, accessCookie, fingerprintCookie } = this.settings;
    const cleared = [
      ...(fingerprintCookie === undefined ? [] : clearedCookies(fingerprintCookie, ROOT)),
      ...(refreshCookie === undefined ? [] : clearedCookies(refreshCookie, this.folderOf(request))),
      ...(accessCookie === undefined ? [] : clearedCookies(accessCookie, ROOT)),
    ];
    for (const cookie of cleared) this.appendCookie(response, cookie);
  }

  /** As long as the session lives that is bound to it: a refresh keeps the value, and has it live on. */
  private setFingerprint(
    request: CredentialRequest,
    response: unknown,
    pair: TokenPair,
    made: string | undefined,
  ): void {
    const { fingerprintCookie: settings } = this.settings;
    if (settings === undefined || pair.principal.claims['cnf'] === undefined || isKeyed(pair)) return;
    const value = made ?? cookiesOf(request, settings.name)[0];
    if (value === undefined) return;
    const maxAgeSeconds = (pair.refreshExpiresAt - this.clock.now()) / 1000;
    this.appendCookie(response, tokenCookie(settings, ROOT, { value, maxAgeSeconds }));
  }

  private setAccessCookie(request: CredentialRequest, response: unknown, pair: TokenPair): void {
    const { accessCookie: settings } = this.settings;
    if (settings === undefined) return;
    this.clearOthers(request, response, settings, ROOT);
    const { accessToken: value, expiresInSeconds: maxAgeSeconds } = pair;
    const cookie = tokenCookie(settings, ROOT, { value, maxAgeSeconds });
    // RFC 6265 §6.1: browsers drop a longer one without a word, and everybody is told to log in again.
    if (settings.name.length + value.length > LONGEST_COOKIE)
      this.logger.error(
        `The access token is ${value.length} bytes long, more than browsers keep in a cookie (${LONGEST_COOKIE}): give it fewer claims`,
      );
    this.appendCookie(response, cookie);
  }

  private setCookie(
    response: unknown,
    pair: TokenPair,
    { request, folder }: { readonly request: CredentialRequest; readonly folder: string },
  ): void {
    const { refreshCookie: settings } = this.settings;
    if (settings === undefined) return;
    this.clearOthers(request, response, settings, folder);
    const maxAgeSeconds = (pair.refreshExpiresAt - this.clock.now()) / 1000;
    this.appendCookie(response, tokenCookie(settings, folder, { value: pair.refreshToken, maxAgeSeconds }));
  }

  /** Of several cookies of the name one is kept where the new one won't replace it. */
  private clearOthers(
    request: CredentialRequest,
    response: unknown,
    settings: CookieSettings,
    folder: string,
  ): void {
    const isDoubled = cookiesOf(request, settings.name).length > 1;
    const others = isDoubled ? clearedStrayCookies(settings, folder) : clearedTwins(settings, folder);
    for (const cleared of others) this.appendCookie(response, cleared);
  }

  private appendCookie(response: unknown, cookie: string): void {
    this.#adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', cookie);
  }

  /** The folder of the endpoint: login, refresh and logout share it, and nothing else needs the cookie. */
  private folderOf(request: unknown): string {
    const url = String(this.#adapterHost.httpAdapter.getRequestUrl(request)).split('?', 1)[0] ?? '/';
    // Express serves `/auth/login/` as well; and what follows a `;` would be an attribute of the sender's choice.
    const path = url.replace(/\/$/, '').replaceAll(';', '%3B');
    return path.slice(0, Math.max(1, path.lastIndexOf('/')));
  }
}
