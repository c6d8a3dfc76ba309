import type { ArgumentsHost } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';

/** Sends a problem document with further headers, on Express and Fastify alike; an answer that is under way is cut off. */
export function writeProblem(
  httpAdapter: AbstractHttpAdapter,
  host: ArgumentsHost,
  problem: Readonly<Record<string, unknown>> & { readonly status: number },
  headers: readonly (readonly [string, string])[] = [],
): void {
  const http = host.switchToHttp();
  const response: unknown = http.getResponse();
  // Too late for a document, but the client must not wait for the rest for ever.
  if (httpAdapter.isHeadersSent(response)) return void httpAdapter.end(response);
  httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json; charset=utf-8');
  for (const [name, value] of headers) httpAdapter.setHeader(response, name, value);
  const instance = pathOf(httpAdapter, http.getRequest());
  httpAdapter.reply(response, JSON.stringify({ ...problem, instance }), problem.status);
}

/** The path without its query, which may hold what isn't for logs and caches. */
function pathOf(httpAdapter: AbstractHttpAdapter, request: unknown): string {
  const url = String(httpAdapter.getRequestUrl(request) ?? '');
  return url.split('?', 1)[0] ?? url;
}
