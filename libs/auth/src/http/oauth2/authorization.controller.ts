import { Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { type CredentialRequest, isForm } from '../../authentication/requests/credentials.js';
import { Public } from '../../context/route-authentication.decorators.js';
import { AuthError } from '../../kernel/auth-error.js';
import { AuthorizationEndpoint } from '../../oauth2/authorization/authorization.endpoint.js';
import { AuthorizationParameters } from '../../oauth2/authorization/authorization-parameters.js';
import { browserCookie, browserFor, browsersOf } from '../../oauth2/authorization/browser-cookie.js';
import { writeAuthorizationHeaders } from './authorization-headers.js';

type OpenResponse = Parameters<typeof writeAuthorizationHeaders>[0];

/** The authorization endpoint (RFC 6749 §3.1). {@link oauthControllers} gives it its path. */
@Public()
export class AuthorizationController {
  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #adapterHost: HttpAdapterHost;

  constructor(
    private readonly endpoint: AuthorizationEndpoint,
    adapterHost: HttpAdapterHost,
  ) {
    this.#adapterHost = adapterHost;
  }

  @Get()
  @HttpCode(303)
  async authorize(@Req() request: CredentialRequest, @Res() response: OpenResponse): Promise<void> {
    await this.answer(request, response, AuthorizationParameters.ofQuery(request.url ?? ''));
  }

  @Post()
  // RFC 9700 §4.12: with 307 the browser would send the form on.
  @HttpCode(303)
  async authorizeByForm(@Req() request: CredentialRequest, @Res() response: OpenResponse): Promise<void> {
    await this.answer(request, response, formOf(request));
  }

  private async answer(
    request: CredentialRequest,
    response: OpenResponse,
    parameters: AuthorizationParameters,
  ): Promise<void> {
    const browser = browserFor(browsersOf(request));
    const location = await this.endpoint.answer(parameters, browser);
    writeAuthorizationHeaders(response);
    this.#adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', browserCookie(browser));
    response.header('Location', location);
  }
}

function formOf({ url = '', headers, body }: CredentialRequest): AuthorizationParameters {
  if (url.includes('?')) throw new AuthError('invalid_request', { detail: 'parameters belong in the body' });
  if (!isForm(headers))
    throw new AuthError('invalid_request', { detail: 'send application/x-www-form-urlencoded' });
  return AuthorizationParameters.ofForm(body);
}
