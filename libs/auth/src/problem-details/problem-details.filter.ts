import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Logger, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthError } from '../kernel/auth-error.js';
import { defaultProblemDetailsSettings, ProblemDetailsSettings } from './problem-details.settings.js';
import { toProblemDetails } from './to-problem-details.js';
import { refuseOverTransport } from './transport-error.js';
import { writeProblem } from './write-problem.js';
import { wwwAuthenticate } from './www-authenticate.js';

/** Writes every {@link AuthError} as `application/problem+json` with its challenge; other errors are the host's. */
@Catch(AuthError)
export class ProblemDetailsFilter implements ExceptionFilter<AuthError> {
  private readonly logger = new Logger('Gatehouse');

  constructor(
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
    @Optional()
    @Inject(ProblemDetailsSettings)
    private readonly settings: ProblemDetailsSettings = defaultProblemDetailsSettings,
  ) {}

  catch(error: AuthError, host: ArgumentsHost): unknown {
    this.log(error);
    if (host.getType() !== 'http') return refuseOverTransport(error, host);
    return this.reply(error, host);
  }

  private reply(error: AuthError, host: ArgumentsHost): void {
    const problem = toProblemDetails(error, { typeBase: this.settings.typeBase });
    writeProblem(this.adapterHost.httpAdapter, host, problem, this.headers(error));
  }

  private headers(error: AuthError): [string, string][] {
    const headers: [string, string][] = [['Cache-Control', 'no-store']];
    const challenge = wwwAuthenticate(error, this.settings.realm);
    if (challenge !== undefined) headers.push(['WWW-Authenticate', challenge]);
    const { retryAfterSeconds } = error.options;
    if (retryAfterSeconds !== undefined)
      headers.push(['Retry-After', String(Math.max(1, Math.ceil(retryAfterSeconds)))]);
    return headers;
  }

  private log(error: AuthError): void {
    const line = `${error.code}: ${error.message}`;
    if (error.entry.status >= 500) this.logger.warn(`${line}${causeOf(error)}`);
    else this.logger.debug(line);
  }
}

function causeOf(error: AuthError): string {
  return error.cause instanceof Error ? ` (${error.cause.message})` : '';
}
