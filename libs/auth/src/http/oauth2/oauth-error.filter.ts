import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthError } from '../../kernel/auth-error.js';
import {
  defaultProblemDetailsSettings,
  ProblemDetailsSettings,
} from '../../problem-details/problem-details.settings.js';
import { ProblemWriter } from '../../problem-details/problem-writer.js';
import { oauthErrorOf } from './oauth-error.js';

/** What Express and Fastify have in common here. */
interface Response {
  removeHeader(name: string): unknown;
}

/** Writes the refusals of the endpoints for clients as RFC 6749 §5.2 asks for: strict clients read nothing else. */
@Catch(AuthError)
export class OAuthErrorFilter implements ExceptionFilter<AuthError> {
  protected readonly writer: ProblemWriter;

  constructor(
    @Inject(HttpAdapterHost) adapterHost: HttpAdapterHost,
    @Optional()
    @Inject(ProblemDetailsSettings)
    protected readonly settings: ProblemDetailsSettings = defaultProblemDetailsSettings,
  ) {
    this.writer = new ProblemWriter(adapterHost, settings);
  }

  catch(error: AuthError, host: ArgumentsHost): void {
    const { status, body, headers } = oauthErrorOf(error, this.settings);
    this.writer.log(error);
    // The interceptor of our endpoints has put the challenge there that a route would have.
    if (status !== 401) host.switchToHttp().getResponse<Response>().removeHeader('WWW-Authenticate');
    this.writer.send(host, { status, type: 'application/json', body }, headers);
  }
}
