import { type ArgumentsHost, Catch, Inject, Logger, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthError } from '../kernel/auth-error.js';
import { foreignProblem } from './foreign-problem.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { ProblemDetailsSettings } from './problem-details.settings.js';
import { failOverTransport } from './transport-error.js';
import { writeProblem } from './write-problem.js';

/**
 * Writes **every** error of an HTTP app as a problem document: ours from the catalogue, the host's and the platform's
 * (malformed JSON, 404, 413, validation) as `about:blank` (RFC 9457 §4.2.1) with what the host had to say, unexpected
 * ones as a bare 500. On other transports, errors that aren't ours go the way they would go without it.
 */
@Catch()
export class AnyProblemDetailsFilter extends ProblemDetailsFilter {
  private readonly unexpected = new Logger('ExceptionsHandler');

  constructor(
    @Inject(HttpAdapterHost) private readonly adapters: HttpAdapterHost,
    @Optional() @Inject(ProblemDetailsSettings) settings?: ProblemDetailsSettings,
  ) {
    super(adapters, settings);
  }

  override catch(error: unknown, host: ArgumentsHost): unknown {
    if (error instanceof AuthError) return super.catch(error, host);
    if (host.getType() !== 'http') return failOverTransport(error, host, this.unexpected);
    const problem = foreignProblem(error);
    if (problem.status >= 500) this.unexpected.error(error instanceof Error ? error.stack : error);
    return writeProblem(this.adapters.httpAdapter, host, problem);
  }
}
