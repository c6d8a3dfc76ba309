import type { AbstractHttpAdapter } from '@nestjs/core';
import type { FastifyServerOptions } from 'fastify';
import { AuthError, toProblemDetails } from 'nestjs-gatehouse';
import type { AppSettings } from '../configuration/app-settings.js';

const BODY_LIMIT_BYTES = 100 * 1024;

/** Express or Fastify; only the one that is used is loaded. */
export function platformAdapter(platform: AppSettings['platform']): Promise<AbstractHttpAdapter> {
  return platform === 'fastify' ? fastify() : express();
}

async function express(): Promise<AbstractHttpAdapter> {
  const { ExpressAdapter } = await import('@nestjs/platform-express');
  // It refuses bodies of more than 100 kB by itself.
  const adapter = new ExpressAdapter();
  adapter.disable('x-powered-by');
  return adapter;
}

async function fastify(): Promise<AbstractHttpAdapter> {
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  const options: FastifyServerOptions = {
    bodyLimit: BODY_LIMIT_BYTES,
    // As Express does it.
    routerOptions: { ignoreTrailingSlash: true },
    // A URL that can't be decoded is refused before Nest, and so before its filters.
    frameworkErrors: ({ message: detail }, _request, reply) => {
      const problem = toProblemDetails(new AuthError('invalid_request', { detail }));
      reply.raw.writeHead(problem.status, { 'content-type': 'application/problem+json' });
      reply.hijack().raw.end(JSON.stringify(problem));
    },
  };
  return new FastifyAdapter(options);
}
