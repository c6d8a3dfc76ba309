import { Injectable } from '@nestjs/common';
import { type AuthorizationRequest, AuthorizationService } from 'nestjs-gatehouse';
import { BrowserLogins } from '../browser-logins/browser-logins.service.js';
import type { BrowserLogin } from '../database/schema.js';
import { AppUserAuthenticator } from '../users/app-user-authenticator.js';

/** What a browser is to do next. */
export type NextStep =
  | { readonly step: 'log in' }
  | { readonly step: 'consent'; readonly username: string }
  | { readonly step: 'go on'; readonly to: string };

/** An HTTP request that answers an authorization request, of a browser. */
interface Answering {
  readonly http: object;
  readonly browser: string;
  readonly request: AuthorizationRequest;
}

/** Finds out who is there and whether they agree, and answers the client. */
@Injectable()
export class InteractionService {
  constructor(
    private readonly authorization: AuthorizationService,
    private readonly logins: BrowserLogins,
    private readonly users: AppUserAuthenticator,
  ) {}

  async next({ http, browser, request }: Answering): Promise<NextStep> {
    const mayAsk = !(request.prompt?.includes('none') ?? false);
    const deny = async (error: 'login_required' | 'consent_required'): Promise<NextStep> => ({
      step: 'go on',
      to: await this.authorization.deny(request.handle, http, error),
    });
    const login = await this.logins.find(browser);
    if (login === undefined || isTooOld(login, request))
      return mayAsk ? { step: 'log in' } : deny('login_required');
    if (needsConsent(request))
      return mayAsk ? { step: 'consent', username: login.username } : deny('consent_required');
    return { step: 'go on', to: await this.approve(http, request, login) };
  }

  /** The user allows or denies what was asked; whoever isn't logged in any more has to do that first. */
  async answer({ http, browser, request }: Answering, isAllowed: boolean): Promise<NextStep> {
    if (!isAllowed) return { step: 'go on', to: await this.authorization.deny(request.handle, http) };
    const login = await this.logins.find(browser);
    if (login === undefined || isTooOld(login, request)) return { step: 'log in' };
    return { step: 'go on', to: await this.approve(http, request, login) };
  }

  private approve(
    http: object,
    { handle, scope }: AuthorizationRequest,
    login: BrowserLogin,
  ): Promise<string> {
    return this.authorization.approve(handle, http, {
      user: () => this.users.reload(login.username),
      authenticatedAt: login.loggedInAt.getTime(),
      scope,
      amr: ['pwd'],
    });
  }
}

/** Whether the client asks for a newer login than this one. */
function isTooOld(
  login: BrowserLogin,
  { handle, prompt = [], maxAgeSeconds }: AuthorizationRequest,
): boolean {
  if (login.requestHandle === handle) return false;
  if (prompt.includes('login') || prompt.includes('select_account')) return true;
  const ageMs = Date.now() - login.loggedInAt.getTime();
  return maxAgeSeconds !== undefined && ageMs > maxAgeSeconds * 1000;
}

/** Ours are not asked for, unless anybody could pass for them: who gets what goes to a device is not known (RFC 8252 §8.6). */
function needsConsent({ client, redirectUri, prompt = [] }: AuthorizationRequest): boolean {
  return !client.isFirstParty || !redirectUri.startsWith('https:') || prompt.includes('consent');
}
