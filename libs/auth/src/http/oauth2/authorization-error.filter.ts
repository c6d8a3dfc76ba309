import { type ArgumentsHost, Catch, Inject, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthError } from '../../kernel/auth-error.js';
import {
  defaultProblemDetailsSettings,
  ProblemDetailsSettings,
} from '../../problem-details/problem-details.settings.js';
import { writeAuthorizationHeaders } from './authorization-headers.js';
import { errorPage } from './error-page.js';
import { OAuthErrorFilter } from './oauth-error.filter.js';
import { oauthErrorOf } from './oauth-error.js';

/** Writes the refusals of the authorization endpoint that no client may be told (RFC 6749 §4.1.2.1): people read them, with a browser. */
@Catch(AuthError)
export class AuthorizationErrorFilter extends OAuthErrorFilter {
  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #adapterHost: HttpAdapterHost;

  constructor(
    @Inject(HttpAdapterHost) adapterHost: HttpAdapterHost,
    @Optional()
    @Inject(ProblemDetailsSettings)
    settings: ProblemDetailsSettings = defaultProblemDetailsSettings,
  ) {
    super(adapterHost, settings);
    this.#adapterHost = adapterHost;
  }

  override catch(error: AuthError, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const response = http.getResponse<Parameters<typeof writeAuthorizationHeaders>[0]>();
    const { httpAdapter } = this.#adapterHost;
    if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
    writeAuthorizationHeaders(response);
    const { headers } = http.getRequest<{ headers: Readonly<Record<string, unknown>> }>();
    if (!/\btext\/html\b/i.test(String(headers['accept']))) return super.catch(error, host);
    this.writer.log(error);
    const told = oauthErrorOf(error, this.settings);
    for (const [name, value] of told.headers) response.header(name, value);
    response.header('Content-Type', 'text/html; charset=utf-8');
    httpAdapter.reply(response, errorPage(told.status, told.body.error_description), told.status);
  }
}
