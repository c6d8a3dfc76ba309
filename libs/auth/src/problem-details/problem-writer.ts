import { type ArgumentsHost, Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { hasHttpResponse } from '../context/call.js';
import type { AuthError } from '../kernel/auth-error.js';
import { defaultProblemDetailsSettings, type ProblemDetailsSettings } from './problem-details.settings.js';
import { type HeaderFields, refusalHeaders } from './refusal-headers.js';
import { RepeatedLines } from './repeated-lines.js';
import { toProblemDetails } from './to-problem-details.js';
import { refuseOverTransport } from './transport-error.js';

/** A document as it is sent; the writer adds `instance`. */
export type ProblemDocument = Readonly<Record<string, unknown>> & { readonly status: number };

interface JsonAnswer {
  readonly status: number;
  /** Media type. */
  readonly type: string;
  readonly body: object;
}

/** The one place that writes problem documents (RFC 9457), on Express and Fastify alike. */
export class ProblemWriter {
  private readonly logger = new Logger('Gatehouse');
  private readonly repeated = new RepeatedLines();

  // Leads to the whole app: who shows this one doesn't mean that.
  readonly #adapterHost: HttpAdapterHost;

  constructor(
    adapterHost: HttpAdapterHost,
    private readonly settings: ProblemDetailsSettings = defaultProblemDetailsSettings,
  ) {
    this.#adapterHost = adapterHost;
  }

  /** Logs a refusal and answers it with its challenge, in the way of the transport; returns what the filter has to return. */
  refuse(error: AuthError, host: ArgumentsHost): unknown {
    this.log(error);
    if (!hasHttpResponse(host)) return refuseOverTransport(error, host);
    return this.write(
      host,
      toProblemDetails(error, { typeBase: this.settings.typeBase }),
      refusalHeaders(error, this.settings),
    );
  }

  /** Sends a document over HTTP. An answer that has begun is ended instead. */
  write(host: ArgumentsHost, problem: ProblemDocument, headers: HeaderFields = []): void {
    const request: unknown = host.switchToHttp().getRequest();
    const instance = pathOf(String(this.#adapterHost.httpAdapter.getRequestUrl(request) ?? ''));
    const body = { ...problem, instance };
    this.send(host, { status: problem.status, type: 'application/problem+json', body }, headers);
  }

  /** Sends JSON of another kind. An answer that has begun is ended instead. */
  send(host: ArgumentsHost, { status, type, body }: JsonAnswer, headers: HeaderFields): void {
    const { httpAdapter } = this.#adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    // It is too late for a document, but the client must not wait for the rest for ever.
    if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
    httpAdapter.setHeader(response, 'Content-Type', `${type}; charset=utf-8`);
    for (const [name, value] of headers) httpAdapter.setHeader(response, name, value);
    httpAdapter.reply(response, JSON.stringify(body), status);
  }

  /** Tells of a refusal: of what the server can't do aloud, and once. */
  log(error: AuthError): void {
    const line = `${error.code}: ${error.reason}`;
    if (error.entry.status < 500 || error.occurrence.isReported === true) return this.logger.debug(line);
    const said = this.repeated.next(error.cause instanceof Error ? `${line} (${error.cause.message})` : line);
    if (said !== undefined) this.logger.warn(said);
  }
}

/** The path without its query, which may contain what must not get into logs and caches. */
function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? url;
}
