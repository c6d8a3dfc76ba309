import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Logger, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { hasHttpResponse } from '../context/call.js';
import { isAuthError } from '../kernel/auth-error.js';
import { foreignProblem } from './foreign-problem.js';
import { ProblemDetailsSettings } from './problem-details.settings.js';
import { ProblemWriter } from './problem-writer.js';
import { failOverTransport } from './transport-error.js';

/**
 * Writes **every** error of an HTTP app as a problem document: ours from the catalogue, the host's and the platform's
 * (malformed JSON, 404, 413, validation) as `about:blank` (RFC 9457 §4.2.1) with what the host says in it, unexpected
 * ones as a 500 without detail. On other transports, Nest handles errors that aren't ours as it always does.
 */
@Catch()
export class AnyProblemDetailsFilter implements ExceptionFilter {
  private readonly unexpected = new Logger('ExceptionsHandler');
  private readonly writer: ProblemWriter;

  /** @internal */
  constructor(
    @Inject(HttpAdapterHost) adapterHost: HttpAdapterHost,
    @Optional() @Inject(ProblemDetailsSettings) settings?: ProblemDetailsSettings,
  ) {
    this.writer = new ProblemWriter(adapterHost, settings);
  }

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (isAuthError(error)) return this.writer.refuse(error, host);
    if (!hasHttpResponse(host)) return failOverTransport(error, host, this.unexpected);
    const problem = foreignProblem(error);
    if (problem.status >= 500) this.unexpected.error(error instanceof Error ? error.stack : error);
    return this.writer.write(host, problem);
  }
}
