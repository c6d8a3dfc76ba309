import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthError } from '../kernel/auth-error.js';
import { ProblemDetailsSettings } from './problem-details.settings.js';
import { ProblemWriter } from './problem-writer.js';

/** Writes every {@link AuthError} as `application/problem+json` with its challenge; other errors are the host's. */
@Catch(AuthError)
export class ProblemDetailsFilter implements ExceptionFilter<AuthError> {
  private readonly writer: ProblemWriter;

  /** @internal */
  constructor(
    @Inject(HttpAdapterHost) adapterHost: HttpAdapterHost,
    @Optional() @Inject(ProblemDetailsSettings) settings?: ProblemDetailsSettings,
  ) {
    this.writer = new ProblemWriter(adapterHost, settings);
  }

  catch(error: AuthError, host: ArgumentsHost): unknown {
    return this.writer.refuse(error, host);
  }
}
