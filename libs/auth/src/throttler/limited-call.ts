import type { ExecutionContext } from '@nestjs/common';
import { carrierOf } from '../context/principal-accessor.js';

/** What of a request is looked at. */
export interface LimitedRequest {
  readonly ip?: string;
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
}

/** What of a response is written to; Express and Fastify both have it. */
export interface LimitedResponse {
  getHeader(name: string): unknown;
  header(name: string, value: string | number): unknown;
}

/** The HTTP request behind a call, that of a GraphQL operation included; other transports have none. */
export function requestOf(context: ExecutionContext): LimitedRequest | undefined {
  const type = context.getType<string>();
  return type === 'http' || type === 'graphql'
    ? (carrierOf(context) as LimitedRequest | undefined)
    : undefined;
}

/** Where the headers of an answer go, if the call has such a place. */
export function responseOf(context: ExecutionContext): LimitedResponse | undefined {
  const type = context.getType<string>();
  if (type === 'http') return context.switchToHttp().getResponse<LimitedResponse>();
  if (type !== 'graphql') return undefined;
  const carrier = context.getArgByIndex<{ res?: LimitedResponse } | undefined>(2);
  return typeof carrier?.res?.header === 'function' ? carrier.res : undefined;
}
