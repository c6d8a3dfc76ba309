import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, HttpException, Inject, Logger, Optional } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AuthError } from '../kernel/auth-error.js';
import { ProblemDetailsFilter } from './problem-details.filter.js';
import { ProblemDetailsSettings } from './problem-details.settings.js';
import { writeProblem } from './write-problem.js';

/**
 * Writes **every** error of an HTTP app as a problem document: ours from the catalogue, the host's and the platform's
 * (malformed JSON, 404, 413, validation) as `about:blank` (RFC 9457 §4.2.1), unexpected ones as a bare 500.
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
    if (host.getType() !== 'http') return error;
    const status = statusOf(error);
    if (status >= 500) this.unexpected.error(error instanceof Error ? error.stack : error);
    const detail = status < 500 ? detailOf(error) : undefined;
    const title = STATUS_CODES[status] ?? 'Error';
    return writeProblem(this.adapters.httpAdapter, host, { type: 'about:blank', title, status, ...detail });
  }
}

/** Nest's own exceptions and the http-errors of the body parsers carry a status; nothing else is the client's fault. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : Number.NaN;
  return status >= 400 && status <= 599 ? status : 500;
}

function detailOf(error: unknown): { readonly detail: string } | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const response = error.getResponse();
  const message = typeof response === 'object' && 'message' in response ? response.message : response;
  const detail = Array.isArray(message) ? message.join('; ') : message;
  if (typeof detail !== 'string') return undefined;
  // A JSON parser quotes what it stumbled over, which may be a password.
  return { detail: detail.includes('JSON') ? 'The body is not valid JSON' : detail };
}
